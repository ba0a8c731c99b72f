import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

// DynamoDB's interface with canned answers, in a process of its own, so that its time is not
// counted. Prints its port when it listens.

const attribute = (length: number) => ({ S: 'x'.repeat(length) });

/** An item of about 1 KB with the types that occur. */
const ITEM = {
  PK: { S: 'PROJECT#bench' },
  SK: { S: 'EPIC#E001' },
  epic_name: attribute(40),
  description: attribute(600),
  status: { S: 'In Progress' },
  priority: { N: '3' },
  estimate: { N: '12.5' },
  archived: { BOOL: false },
  owner: { NULL: true },
  history: { L: [{ S: 'created' }, { S: 'estimated' }, { N: '42' }] },
  links: { M: { jira: { S: 'MED-123' }, wiki: { S: 'page' } } },
  tags: { SS: ['auth', 'web'] },
};

/** Items of about 700 bytes. */
const page = (items: number) =>
  Array.from({ length: items }, (_, n) => ({
    ...ITEM,
    SK: { S: `EPIC#E${n}` },
    description: attribute(240),
  }));

const capacity = { TableName: 'bench', CapacityUnits: 0.5 };
const QUERY_ITEMS = page(100);
const SCAN_ITEMS = page(1_400);

const KEYS = [
  { AttributeName: 'PK', KeyType: 'HASH' },
  { AttributeName: 'SK', KeyType: 'RANGE' },
];

const ANSWERS: Record<string, unknown> = {
  DescribeTable: {
    Table: {
      TableName: 'bench',
      TableStatus: 'ACTIVE',
      KeySchema: KEYS,
      AttributeDefinitions: KEYS.map(({ AttributeName }) => ({
        AttributeName,
        AttributeType: 'S',
      })),
    },
  },
  GetItem: { Item: ITEM, ConsumedCapacity: capacity },
  PutItem: { ConsumedCapacity: capacity },
  UpdateItem: { Attributes: ITEM, ConsumedCapacity: capacity },
  Query: {
    Items: QUERY_ITEMS,
    Count: QUERY_ITEMS.length,
    ScannedCount: QUERY_ITEMS.length,
    ConsumedCapacity: capacity,
  },
  Scan: {
    Items: SCAN_ITEMS,
    Count: SCAN_ITEMS.length,
    ScannedCount: SCAN_ITEMS.length,
    ConsumedCapacity: capacity,
  },
  BatchGetItem: {
    Responses: { bench: page(25) },
    UnprocessedKeys: {},
    ConsumedCapacity: [capacity],
  },
};

const answers = new Map(
  Object.entries(ANSWERS).map(([operation, answer]) => {
    const body = Buffer.from(JSON.stringify(answer));
    return [operation, { body, crc: String(crc32(body)) }];
  }),
);

/** No server that waits for its turn shall meet a connection that was just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 600_000;

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
  request.resume().on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const answer = answers.get(operation);
    if (!answer) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end('{"__type":"com.amazon.coral.service#UnknownOperationException"}');
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': answer.body.length,
      'x-amzn-requestid': 'BENCH',
      'x-amz-crc32': answer.crc,
    });
    response.end(answer.body);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
