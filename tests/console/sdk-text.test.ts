import * as dynamodb from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlannedRequest, sdkText } from '../../src/console/values/sdk-text.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { canonical } from '../support/canonical.ts';
import { engineServes } from '../support/engine-has.ts';
import { engineSettings, startService, type TestService } from '../support/service.ts';

const ITEM = {
  PK: 'SDK',
  SK: 'A',
  number: JSON.rawJSON('12345678901234567890123456789012345678'),
  set: { $ddb: { NS: ['1', '2.5'] } },
  bytes: { $ddb: { B: 'AAEC' } },
  deep: [{ map: { none: null, yes: true } }],
  $$ddb: 'like a tag',
};
const KEY = { PK: 'SDK', SK: 'A' };

let service: TestService;
let client: dynamodb.DynamoDBClient;

beforeAll(async () => {
  service = await startService();
  client = new dynamodb.DynamoDBClient({ ...engineSettings(), region: 'us-east-1' });
});

afterAll(async () => {
  client.destroy();
  await service.close();
});

const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (sdk: typeof dynamodb, client: dynamodb.DynamoDBClient) => Promise<JsonObject>;

/** Runs what the console shows as the code of a call, with a client of the tests' engine. */
async function runText(tool: string, input: JsonObject): Promise<JsonObject> {
  const { body } = await service.call(tool, { ...input, dry_run: true });
  const { requests } = body.dry_run as { requests: PlannedRequest[] };
  const code = sdkText(tool, requests)
    .replace(/^import (.*) from .*$/m, 'const $1 = sdk;')
    .replace(/^const client = .*$/m, '')
    .replace('const reply =', 'return');
  return new AsyncFunction('sdk', 'client', code)(dynamodb, client);
}

const stored = async () => canonical((await service.call('get_item', { key: KEY })).body.item);

describe('the code of a call does what the tool does', () => {
  test('put_item and get_item, exactly', async () => {
    await runText('put_item', { item: ITEM, create_only: true });
    const byCode = await stored();
    await service.call('put_item', { item: ITEM });
    const { Item } = await runText('get_item', { key: KEY });

    expect(byCode).toBe(await stored());
    expect(Item).toMatchObject({
      bytes: { B: new Uint8Array([0, 1, 2]) },
      $ddb: { S: 'like a tag' },
    });
    await expect(runText('put_item', { item: ITEM, create_only: true })).rejects.toThrow(
      dynamodb.ConditionalCheckFailedException,
    );
  });

  test('update_item and delete_item with what they expect', async () => {
    await service.call('put_item', { item: { ...KEY, n: 1, gone: true } });
    const update = { key: KEY, updates: { text: 'new' }, remove: ['gone'], expected: { n: 1 } };
    await runText('update_item', update);
    await expect(runText('delete_item', { key: KEY, expected: { text: 'old' } })).rejects.toThrow(
      dynamodb.ConditionalCheckFailedException,
    );

    expect(await service.call('get_item', { key: KEY })).toMatchObject({
      body: { item: { ...KEY, n: 1, text: 'new' } },
    });
  });

  test('query and scan with conditions, filters and a page key', async () => {
    const put = [1, 2, 3, 4].map((n) => ({ PK: 'PAGE', SK: String(n), n }));
    await service.call('batch_write_item', { put });
    const query = { key: { PK: 'PAGE' }, sort_key: { gte: '2' }, filter: { n: { lt: 4 } } };
    const first = await runText('query', { ...query, limit: 1 });
    const last_evaluated_key = { PK: 'PAGE', SK: '2' };
    const second = await runText('query', { ...query, last_evaluated_key });
    const scan = await runText('scan', {
      filter: { PK: 'PAGE', n: { in: [1, 3] } },
      select: 'COUNT',
    });

    expect(first).toMatchObject({ Count: 1, LastEvaluatedKey: { SK: { S: '2' } } });
    expect(second).toMatchObject({ Items: [{ n: { N: '3' } }] });
    expect(scan).toMatchObject({ Count: 2 });
  });

  test('batches', async () => {
    const keys = [
      { PK: 'BATCH', SK: '1' },
      { PK: 'BATCH', SK: '2' },
    ];
    await service.call('put_item', { item: keys[1] });
    await runText('batch_write_item', { put: [{ ...keys[0], n: 1 }], delete: [keys[1]] });
    const { Responses } = await runText('batch_get_item', { keys });

    expect(Responses).toEqual({
      [service.table]: [{ PK: { S: 'BATCH' }, SK: { S: '1' }, n: { N: '1' } }],
    });
  });

  test.skipIf(!engineServes('transact_write_items'))('transactions', async () => {
    const key = { PK: 'TRANSACT', SK: '1' };
    await runText('transact_write_items', {
      operations: [
        { put: { item: { ...key, n: 1 }, create_only: true } },
        { check: { key: { PK: 'TRANSACT', SK: '2' }, expected: { n: null } } },
      ],
    });
    const { Responses } = await runText('transact_get_items', { keys: [{ key }] });

    expect(Responses).toMatchObject([{ Item: { n: { N: '1' } } }]);
  });
});
