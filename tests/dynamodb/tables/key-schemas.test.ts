import { randomUUID } from 'node:crypto';
import {
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBaseClient } from '../../../src/dynamodb/calls/client.ts';
import type { JsonObject } from '../../../src/json/parse.ts';
import { canonical } from '../../support/canonical.ts';
import { engineSettings, startService } from '../../support/service.ts';
import { createTableNamed } from '../../support/tables.ts';

let client: DynamoDBClient;

beforeAll(() => {
  client = createBaseClient(engineSettings());
});

afterAll(() => client.destroy());

type KeyType = 'S' | 'N' | 'B';

function createTable(name: string, partition: [string, KeyType], sort?: [string, KeyType]) {
  return createTableNamed(name, ...(sort ? [partition, sort] : [partition]));
}

const binary = (text: string) => ({ $ddb: { B: Buffer.from(text).toString('base64') } });

describe.each<[string, [string, KeyType], [string, KeyType] | undefined, JsonObject[]]>([
  ['one string', ['id', 'S'], undefined, [{ id: 'a' }, { id: 'b' }]],
  [
    'numbers',
    ['constructor', 'N'],
    ['status', 'N'],
    [
      { constructor: 1, status: JSON.rawJSON('12345678901234567890.5') },
      { constructor: 1, status: JSON.rawJSON('-1E-130') },
    ],
  ],
  [
    'binary',
    ['first-name', 'B'],
    ['a.b', 'B'],
    [
      { 'first-name': binary('x'), 'a.b': binary('y') },
      { 'first-name': binary('x'), 'a.b': binary('z') },
    ],
  ],
])('a key of %s', (_what, partition, sort, keys) => {
  test('serves every tool', async () => {
    const table = `keys-${randomUUID()}`;
    await createTable(table, partition, sort);
    const service = await startService({ table });
    const [first = {}, second = {}] = keys;
    const partitionKey = { [partition[0]]: first[partition[0]] };
    const call = async (tool: string, body: object) => {
      const reply = await service.call(tool, body);
      expect(reply.text).toContain('"success":true');
      return reply.body;
    };

    await call('put_item', { item: { ...first, v: 1 }, create_only: true });
    await call('batch_write_item', { put: [{ ...second, v: 2 }] });
    const updated = await call('update_item', { key: first, add: { v: 10 } });
    const got = await call('get_item', { key: first });
    const batch = await call('batch_get_item', { keys });
    const queried = await call('query', { key: partitionKey });
    const page = await call('scan', { limit: 1 });
    const rest = await call('scan', { last_evaluated_key: page.last_evaluated_key });
    await call('delete_item', { key: first });
    const gone = await call('get_item', { key: first });
    await service.close();

    expect(canonical(updated.item)).toBe(canonical(got.item));
    expect(got.item).toMatchObject({ v: 11 });
    expect(batch.count).toBe(2);
    expect(queried.count).toBe(sort ? 2 : 1);
    expect([page.count, rest.count]).toEqual([1, 1]);
    expect(gone.item).toBeNull();
  });
});

test('a table that was made anew with another key is noticed', async () => {
  const table = `anew-${randomUUID()}`;
  await createTable(table, ['id', 'S']);
  const service = await startService({ table });
  const before = await service.call('put_item', { item: { id: 'a' } });
  await client.send(new DeleteTableCommand({ TableName: table }));
  await waitUntilTableNotExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: table });
  await createTable(table, ['number', 'N']);
  await new Promise((resolve) => setTimeout(resolve, 1_100));

  const after = await service.call('put_item', { item: { number: 1 } });
  const got = await service.call('get_item', { key: { number: 1 } });
  await service.close();

  expect(before.status).toBe(200);
  expect(after.status).toBe(200);
  expect(got.body.item).toEqual({ number: 1 });
});
