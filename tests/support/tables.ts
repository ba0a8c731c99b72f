import { randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createBaseClient } from '../../src/dynamodb/calls/client.ts';
import type { KeyType } from '../../src/dynamodb/tables/table-schema.ts';
import { engineSettings } from './service.ts';

/** A new table with keys of one's own; returns its name. */
export async function createTableWith(...keys: [string, KeyType][]): Promise<string> {
  const name = `test-${randomUUID()}`;
  await createTableNamed(name, ...keys);
  return name;
}

/** Creates a table of a given name: its partition key, and the sort key if it has one. */
export async function createTableNamed(name: string, ...keys: [string, KeyType][]): Promise<void> {
  const client = createBaseClient(engineSettings());
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: keys.map(([AttributeName], index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
  client.destroy();
}

/** A new table of one text key, with an index on "group" that projects no more than keys. */
export async function createTableWithKeysOnlyIndex(): Promise<string> {
  const TableName = `test-${randomUUID()}`;
  const client = createBaseClient(engineSettings());
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['id', 'group'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-group',
          KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  client.destroy();
  return TableName;
}
