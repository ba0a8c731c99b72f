import { type AddressInfo, createServer } from 'node:net';
import { crc32 } from 'node:zlib';

// DynamoDB's interface with canned answers, in a process of its own, so that its time is not
// counted. It reads no more of a request than it must, as the load generator does of an answer: on
// two cores both compete with what is measured. Prints its port when it listens. With ENDLESS no page
// of a scan is the last; with KILOBYTE_ITEMS its items have 1 KB each.

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

/** Items of about 700 bytes, or with a longer description. */
const page = (items: number, length = 240) =>
  Array.from({ length: items }, (_, n) => ({
    ...ITEM,
    SK: { S: `EPIC#E${n}` },
    description: attribute(length),
  }));

const capacity = { TableName: 'bench', CapacityUnits: 0.5 };
const QUERY_ITEMS = page(100);
const SCAN_ITEMS = process.env.KILOBYTE_ITEMS ? page(1_000, 600) : page(1_400);

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
      VectorIndexes: [
        {
          IndexName: 'BY_MEANING',
          IndexStatus: 'ACTIVE',
          Dimensions: 4,
          DistanceFunction: 'COSINE',
          VectorAttribute: { AttributeName: 'embedding' },
          SearchSchema: [{ AttributeName: 'PK', SearchSchemaElementType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  },
  GetItem: { Item: ITEM, ConsumedCapacity: capacity },
  PutItem: { ConsumedCapacity: capacity },
  UpdateItem: { Attributes: ITEM, ConsumedCapacity: capacity },
  Query: {
    Items: QUERY_ITEMS,
    Count: QUERY_ITEMS.length,
    ScannedCount: QUERY_ITEMS.length,
    // As DynamoDB has it where a limit ends a page.
    LastEvaluatedKey: { PK: ITEM.PK, SK: ITEM.SK },
    ConsumedCapacity: capacity,
  },
  Scan: {
    Items: SCAN_ITEMS,
    Count: SCAN_ITEMS.length,
    ScannedCount: SCAN_ITEMS.length,
    ConsumedCapacity: capacity,
    ...(process.env.ENDLESS && { LastEvaluatedKey: { PK: ITEM.PK, SK: ITEM.SK } }),
  },
  SearchVectors: {
    SearchResults: page(10).map((Item, n) => ({ Item, Score: n / 10 })),
    ConsumedCapacity: { VectorSearchRequestBytes: 1_024 },
  },
  TransactWriteItems: { ConsumedCapacity: [capacity] },
  BatchWriteItem: { UnprocessedItems: {}, ConsumedCapacity: [capacity] },
  BatchGetItem: {
    Responses: { bench: page(25) },
    UnprocessedKeys: {},
    ConsumedCapacity: [capacity],
  },
};

const HEAD_END = '\r\n\r\n';
const UNKNOWN_OPERATION = '{"__type":"com.amazon.coral.service#UnknownOperationException"}';

/** An answer, head and body, whose date is renewed each second. */
class Answer {
  readonly #head: string;
  readonly #body: Buffer;
  #date = '';
  #bytes = Buffer.alloc(0);

  constructor(status: string, body: string) {
    this.#body = Buffer.from(body);
    this.#head = [
      `HTTP/1.1 ${status}`,
      'Server: Server',
      'Content-Type: application/x-amz-json-1.0',
      `Content-Length: ${this.#body.length}`,
      'Connection: keep-alive',
      'x-amzn-RequestId: BENCH',
      `x-amz-crc32: ${crc32(this.#body)}`,
    ].join('\r\n');
  }

  bytes(date: string): Buffer {
    if (date === this.#date) return this.#bytes;
    this.#date = date;
    const head = Buffer.from(`${this.#head}\r\nDate: ${date}${HEAD_END}`);
    this.#bytes = Buffer.concat([head, this.#body]);
    return this.#bytes;
  }
}

const unknownOperation = new Answer('400 Bad Request', UNKNOWN_OPERATION);
const answers = new Map(
  Object.entries(ANSWERS).map(([operation, answer]) => [
    operation,
    new Answer('200 OK', JSON.stringify(answer)),
  ]),
);

let date = new Date().toUTCString();
setInterval(() => {
  date = new Date().toUTCString();
}, 1_000);

const server = createServer({ noDelay: true }, (socket) => {
  let unread: Buffer | undefined;
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    const bytes = unread ? Buffer.concat([unread, piece]) : piece;
    const end = bytes.indexOf(HEAD_END);
    const head = bytes.toString('latin1', 0, Math.max(end, 0));
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
    const isWhole = end >= 0 && bytes.length >= end + HEAD_END.length + Number(length);
    unread = isWhole ? undefined : bytes;
    if (!isWhole) return;
    const [, operation = ''] = /\r\nx-amz-target: \w+\.(\w+)/i.exec(head) ?? [];
    socket.write((answers.get(operation) ?? unknownOperation).bytes(date));
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
