import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

// What one would write first to move a table: a loop of scans, a line of JSON for each item, and a
// loop of batches of 25, repeated while something is left. Prints its port when it listens.

const TableName = process.env.DYNAMODB_TABLE_NAME ?? 'bench';
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT_URL, region: 'us-east-1' }),
);

async function exportAll(response: ServerResponse): Promise<void> {
  const closed = once(response, 'close');
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    const lines = (page.Items ?? []).map((item) => `${JSON.stringify(item)}\n`);
    const hasRoom = response.write(lines.join(''));
    if (!hasRoom) await Promise.race([once(response, 'drain'), closed]);
    if (response.destroyed) return;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  response.end();
}

async function importAll(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let batch: object[] = [];
  for await (const line of createInterface({ input: request })) {
    batch.push({ PutRequest: { Item: JSON.parse(line).item } });
    if (batch.length < 25) continue;
    await write(batch);
    batch = [];
  }
  if (batch.length > 0) await write(batch);
  response.end('{"end":{}}\n');
}

async function write(batch: object[]): Promise<void> {
  let left = batch;
  while (left.length > 0) {
    const RequestItems = { [TableName]: left } as never;
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems }));
    left = UnprocessedItems?.[TableName] ?? [];
  }
}

const server = createServer((request, response) => {
  response.on('error', () => {});
  if (request.url === '/bulk/export') void exportAll(response);
  else if (request.url === '/bulk/import') void importAll(request, response);
  else response.end();
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
