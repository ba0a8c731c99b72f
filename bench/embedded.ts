import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE_DEFINITION } from '../src/dynamodb/tables/table-definition.ts';
import { startDatabase } from '../src/local/database.ts';
import { createLogger } from '../src/observability/logger.ts';
import { ITEMS, item } from './operations.ts';

// The embedded database with the items of the benchmark, in a process of its own. Prints its port.

const TableName = process.env.DYNAMODB_TABLE_NAME ?? 'bench';
const { endpoint } = await startDatabase({
  searchPath: process.env.PATH,
  log: createLogger({ level: 'warn', environment: 'bench' }, 2),
});
const client = new DynamoDBClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
});
await client.send(new CreateTableCommand({ TableName, ...TABLE_DEFINITION }));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
const documents = DynamoDBDocumentClient.from(client);
for (let n = 0; n < ITEMS; n++) await documents.send(new PutCommand({ TableName, Item: item(n) }));
process.stdout.write(`${new URL(endpoint).port}\n`);
await sleep(2 ** 30);
