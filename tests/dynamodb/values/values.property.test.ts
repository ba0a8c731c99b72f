import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBaseClient } from '../../../src/dynamodb/calls/client.ts';
import { canonicalNumber } from '../../../src/json/decimal.ts';
import type { JsonObject } from '../../../src/json/parse.ts';
import { canonical } from '../../support/canonical.ts';
import { engineSettings, startService, type TestService } from '../../support/service.ts';
import { document, double, name, numberToken, text } from '../../support/values.ts';

const RUNS = { numRuns: 150 };
const key = { PK: 'VALUES', SK: 'ITEM' };

let service: TestService;
let client: DynamoDBClient;

beforeAll(async () => {
  service = await startService();
  client = createBaseClient(engineSettings());
});

afterAll(async () => {
  client.destroy();
  await service.close();
});

const bytes = fc.uint8Array({ maxLength: 20 });
const numberText = numberToken.map(({ rawJSON }) => rawJSON);

const { attribute } = fc.letrec<{ attribute: AttributeValue }>((tie) => ({
  attribute: fc.oneof(
    { maxDepth: 4 },
    text.map((S) => ({ S })),
    numberText.map((N) => ({ N })),
    bytes.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uniqueArray(text, { minLength: 1, maxLength: 4 }).map((SS) => ({ SS })),
    fc
      .uniqueArray(numberText, { minLength: 1, maxLength: 4, selector: canonicalNumber })
      .map((NS) => ({ NS })),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 4, selector: String }).map((BS) => ({ BS })),
    fc.array(tie('attribute'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(name, tie('attribute'), { maxKeys: 4 }).map((M) => ({ M })),
  ),
})) as { attribute: fc.Arbitrary<AttributeValue> };

async function put(item: JsonObject) {
  const reply = await service.call('put_item', { item });
  // A stored map may look like DynamoDB's own JSON, which the reply remarks.
  const { hint, ...body } = reply.body;
  expect(body).toEqual({ success: true });
}

async function get(): Promise<JsonObject> {
  const { body } = await service.call('get_item', { key, consistent_read: true });
  return body.item as JsonObject;
}

describe('put → get → put', () => {
  test('any JSON document survives', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (value) => {
        await put({ ...key, value });
        const first = await get();
        await put(first);
        const second = await get();

        expect(canonical(first)).toBe(canonical({ ...key, value }));
        expect(canonical(second)).toBe(canonical(first));
      }),
      RUNS,
    );
  });

  test('any DynamoDB item survives', async () => {
    const Key = { PK: { S: key.PK }, SK: { S: key.SK } };
    const read = async () =>
      (
        await client.send(
          new GetItemCommand({ TableName: service.table, Key, ConsistentRead: true }),
        )
      ).Item;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, attribute, { maxKeys: 5 }), async (attributes) => {
        const Item = { ...attributes, ...Key };
        await client.send(new PutItemCommand({ TableName: service.table, Item }));
        const stored = await read();
        await put(await get());

        expect(await read()).toEqual(stored);
      }),
      RUNS,
    );
  });
});

/** What DynamoDB, and the embedded engine too, can compare. */
const scalar = fc.oneof(text, fc.boolean(), double, numberToken);

test('any value survives in updates, expression_values and batches', async () => {
  await fc.assert(
    fc.asyncProperty(document, name, async (value, member) => {
      const stored = member.replace(/^\$(\$+ddb)$/, '$1');
      await put(key);

      const set = await service.call('update_item', { key, updates: { [member]: value } });
      await put(key);
      const raw = await service.call('update_item', {
        key,
        update_expression: 'SET #n = :v',
        expression_names: { '#n': stored },
        expression_values: { ':v': value },
      });
      await service.call('batch_write_item', { put: [{ ...key, [member]: value }] });
      const batch = await service.call('batch_get_item', { keys: [key] });

      const item = canonical({ ...key, [member]: value });
      expect(canonical(set.body.item)).toBe(item);
      expect(canonical(raw.body.item)).toBe(item);
      expect(canonical(batch.body.items)).toBe(`[${item}]`);
    }),
    { numRuns: 60 },
  );
});

test('any scalar meets itself in expected and in a condition', async () => {
  await fc.assert(
    fc.asyncProperty(scalar, name, async (value, member) => {
      await put({ ...key, [member]: value });

      const updated = await service.call('update_item', {
        key,
        updates: { other: 1 },
        expected: { [member]: value },
        condition_expression: '#n = :v',
        expression_names: { '#n': member.replace(/^\$(\$+ddb)$/, '$1') },
        expression_values: { ':v': value },
      });

      expect(updated.status).toBe(200);
    }),
    { numRuns: 60 },
  );
});
