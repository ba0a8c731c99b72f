import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineHas } from '../support/engine-has.ts';
import { itemsOf } from '../support/items.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const { newKey, stored, storedItem } = itemsOf(() => service, 'TRANSACTIONS');

const write = (operations: unknown[], more: object = {}, init: RequestInit = {}) =>
  service.call('transact_write_items', { operations, ...more }, init);

describe.skipIf(!engineHas('transactions'))('with transactions', () => {
  describe('transact_write_items', () => {
    test('moves an item from one key to another', async () => {
      const from = await storedItem({
        v: JSON.rawJSON('12345678901234567890.5'),
        s: { a: [null] },
      });
      const to = newKey();
      const item = await stored(from);

      const moved = await write([
        { put: { item: { ...(item as object), ...to }, create_only: true } },
        { delete: { key: from, expected: { v: JSON.rawJSON('12345678901234567890.5') } } },
      ]);

      expect([moved.status, moved.body]).toEqual([200, { success: true, count: 2 }]);
      expect(moved.headers.get('x-attempts')).toBe('1');
      expect(Number(moved.headers.get('x-consumed-capacity'))).toBeGreaterThan(0);
      expect(await stored(from)).toBeNull();
      expect(await stored(to)).toEqual({ ...(item as object), ...to });
    });

    test('has the verbs of update_item, and conditions of all kinds', async () => {
      const counter = await storedItem({ n: 1, tags: { $ddb: { SS: ['a', 'b'] } }, old: 1 });
      const guard = await storedItem({ open: true, status: 'x' });
      const fresh = newKey();

      const done = await write([
        {
          update: {
            key: counter,
            updates: { 'a.b': 'set' },
            add: { n: 2 },
            append: { log: ['x'] },
            remove: ['old'],
            remove_from_set: { tags: { $ddb: { SS: ['b'] } } },
            expected: { n: 1, none: null },
          },
        },
        {
          check: {
            key: guard,
            condition_expression: '#s = :s OR attribute_not_exists(a)',
            expression_names: { '#s': 'status' },
            expression_values: { ':s': 'x' },
            expected: { open: true },
          },
        },
        { update: { key: fresh, updates: { v: 1 }, upsert: true } },
      ]);

      expect(done.body).toEqual({ success: true, count: 3 });
      expect(await stored(counter)).toEqual({
        ...counter,
        n: 3,
        tags: { $ddb: { SS: ['a'] } },
        'a.b': 'set',
        log: ['x'],
      });
      expect(await stored(fresh)).toEqual({ ...fresh, v: 1 });
    });

    test('does nothing where one operation cannot be done, and says which and why', async () => {
      const taken = await storedItem({ v: 1 });
      const fresh = newKey();
      const missing = newKey();

      const refused = await write([
        { put: { item: { ...fresh, v: 1 } } },
        { put: { item: { ...taken, v: 2 }, create_only: true } },
        { update: { key: missing, updates: { v: 1 } } },
        { check: { key: newKey(), expected: { v: 1 } } },
      ]);

      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({
        code: 'TransactionCanceled',
        retryable: false,
        error:
          'Nothing was written, because of operations[1]: The condition is not met by the stored item.',
        reasons: [
          { index: 1, code: 'ConditionalCheckFailed', item: { ...taken, v: 1 } },
          { index: 2, code: 'ItemNotFound', error: expect.stringContaining('upsert') },
          { index: 3, code: 'ConditionalCheckFailed', item: null },
        ],
      });
      expect(await stored(fresh)).toBeNull();
      expect(await stored(taken)).toEqual({ ...taken, v: 1 });
    });

    test('is refused as not valid with the reasons', async () => {
      const key = await storedItem({ text: 'a' });

      const refused = await write([
        { check: { key: await storedItem({ v: 1 }), expected: { v: 1 } } },
        { update: { key, add: { text: 1 } } },
      ]);

      expect([refused.status, refused.body.code]).toEqual([400, 'ValidationError']);
      expect(refused.body.error).toMatch(/^Nothing was written/);
      expect(refused.body.reasons).toMatchObject([{ index: 1, code: 'ValidationError' }]);
    });

    const key = { PK: 'a', SK: 'b' };
    test.each<[string, unknown[], string]>([
      ['no operation', [], 'operations must not be empty'],
      ['101 operations', Array(101).fill({ delete: { key } }), 'at most 100 elements'],
      ['an empty operation', [{}], 'operations[0] must have exactly one of put, update'],
      ['two kinds', [{ delete: { key }, put: { item: key } }], 'must have exactly one of'],
      [
        'an unknown field',
        [{ put: { item: key, return_old: true } }],
        'operations[0].put.return_old is not a field here',
      ],
      ['a check of nothing', [{ check: { key } }], 'operations[0].check: must have expected or'],
      ['a wrong key', [{ delete: { key: { PK: 'a' } } }], 'operations[0].delete.key: must have'],
      ['a wrong index key', [{ put: { item: { ...key, GSI1PK: 1 } } }], 'operations[0].put.item.'],
      [
        'an expression beside verbs',
        [{ update: { key, updates: { a: 1 }, update_expression: 'SET b = c' } }],
        'operations[0].update.update_expression stands instead of',
      ],
      [
        'an item twice',
        [{ delete: { key } }, { put: { item: { SK: 'b', PK: 'a', v: 1 } } }],
        'operations[1].put: names an item that the transaction already names',
      ],
      ['another table', [{ delete: { key, table: 'other' } }], 'there is no table "other"'],
      ['__proto__', [{ delete: { key, ['__proto__']: 1 } }], 'operations[0].delete.__proto__'],
    ])('%s is refused before anything is sent', async (_what, operations, sentence) => {
      const refused = await write(operations);

      expect([refused.status, refused.body.code]).toEqual([400, 'ValidationError']);
      expect(refused.body.error).toContain(sentence);
    });

    test('takes null for an absent field, and JSON text for an object', async () => {
      const put = newKey();

      const done = await write(
        [
          { put: { item: JSON.stringify({ ...put, v: null }), create_only: null }, delete: null },
          JSON.stringify({ delete: { key: newKey(), expected: null } }),
        ],
        { idempotency_key: null },
      );

      expect(done.body).toEqual({ success: true, count: 2 });
      expect(await stored(put)).toEqual({ ...put, v: null });
    });

    test('hints at values that look like those of DynamoDB', async () => {
      const done = await write([{ put: { item: { ...newKey(), a: { S: 'x' } } } }]);

      expect(done.body.hint).toContain('operations[0].put.item.a');
    });
  });

  describe('transact_get_items', () => {
    test('returns items in order, null where there is none', async () => {
      const one = await storedItem({ n: JSON.rawJSON('1.10'), m: { a: 1, b: 2 } });
      const two = await storedItem({ set: { $ddb: { NS: ['1'] } } });

      const got = await service.call('transact_get_items', {
        keys: [
          { key: two },
          { key: newKey() },
          { key: one, projection_expression: '#m.a', expression_names: { '#m': 'm' } },
        ],
      });

      // Dynoxide adds the key.
      expect(got.body).toEqual({
        success: true,
        items: [
          { ...two, set: { $ddb: { NS: ['1'] } } },
          null,
          expect.objectContaining({ m: { a: 1 } }),
        ],
        count: 2,
      });
      expect(got.body.items).not.toHaveProperty('2.n');
    });

    test('an item twice is refused', async () => {
      const key = newKey();

      const got = await service.call('transact_get_items', { keys: [{ key }, { key }] });

      expect(got.body).toMatchObject({ code: 'ValidationError', issues: [{ path: 'keys[1]' }] });
    });
  });

  describe('an idempotency key', () => {
    test.each<[string, (key: object) => object, object | null]>([
      ['put_item', (key) => ({ item: { ...key, n: 1 }, create_only: true }), { n: 1 }],
      ['update_item', (key) => ({ key, add: { n: 1 }, upsert: true }), { n: 1 }],
      ['delete_item', (key) => ({ key, expected: { n: null } }), null],
      [
        'transact_write_items',
        (key) => ({ operations: [{ update: { key, add: { n: 1 }, upsert: true } }] }),
        { n: 1 },
      ],
    ])('makes %s happen once', async (tool, requestOf, attributes) => {
      const key = newKey();
      const request = { ...requestOf(key), idempotency_key: `once ${key.SK} ${tool}` };

      const replies = [];
      for (let time = 0; time < 3; time++) replies.push(await service.call(tool, request));

      for (const { status, body } of replies) {
        expect([status, body]).toEqual([200, replies[0]?.body]);
      }
      expect(await stored(key)).toEqual(attributes && { ...key, ...attributes });
    });

    test('of another request is IdempotencyMismatch', async () => {
      const key = await storedItem({ n: 0 });
      await service.call('update_item', { key, add: { n: 1 }, idempotency_key: 'mismatch' });

      const other = await service.call('update_item', {
        key,
        add: { n: 2 },
        idempotency_key: 'mismatch',
      });

      expect([other.status, other.body.code, other.body.retryable]).toEqual([
        409,
        'IdempotencyMismatch',
        false,
      ]);
      expect(await stored(key)).toEqual({ ...key, n: 1 });
    });

    test('may be a header, of any characters', async () => {
      const key = await storedItem({ n: 0 });
      const header = Buffer.from('größe ✓').toString('latin1');
      const update = { key, add: { n: 1 } };

      await service.call('update_item', update, { headers: { 'idempotency-key': header } });
      await service.call('update_item', { ...update, idempotency_key: 'größe ✓' });
      const both = await service.call(
        'update_item',
        { ...update, idempotency_key: 'größe ✓' },
        { headers: { 'idempotency-key': header } },
      );

      expect(both.status).toBe(200);
      expect(await stored(key)).toEqual({ ...key, n: 1 });
    });

    const key = { PK: 'IDEMPOTENT', SK: 'NOTHING' };
    test.each<[string, string, object, string]>([
      [
        'a header that differs from the field',
        'put_item',
        { item: key, idempotency_key: 'a' },
        'b',
      ],
      ['a header on a write that takes none', 'batch_write_item', { put: [key] }, 'b'],
      ['both on a read', 'get_item', { key, idempotency_key: 'a' }, 'b'],
      ['an empty header', 'put_item', { item: key }, ''],
      ['a key that is too long', 'put_item', { item: key, idempotency_key: 'x'.repeat(129) }, ''],
      ['return_old', 'put_item', { item: key, return_old: true }, 'b'],
    ])('%s is refused', async (_what, tool, body, header) => {
      const refused = await service.call(tool, body, { headers: { 'idempotency-key': header } });

      expect([refused.status, refused.body.code]).toEqual([400, 'ValidationError']);
      expect(await stored(key)).toBeNull();
    });

    test('on a read is nothing', async () => {
      const got = await service.call('get_item', { key }, { headers: { 'idempotency-key': 'a' } });

      expect(got.body).toEqual({ success: true, item: null });
    });

    test('fails as the same write does without one', async () => {
      const there = await storedItem({ n: 1 });
      const write = { key: there, updates: { n: 2 }, expected: { n: 7 } };

      const missing = { key: newKey(), updates: { n: 2 } };
      const replies = [];
      for (const request of [write, missing]) {
        const { body } = await service.call('update_item', request);
        const keyed = await service.call('update_item', { ...request, idempotency_key: 'fails' });
        const { request_id: _first, ...plain } = body;
        const { request_id: _second, ...same } = keyed.body;
        replies.push([same, plain]);
      }

      for (const [same, plain] of replies) expect(same).toEqual(plain);
    });

    test('belongs to its principal', async () => {
      const hash = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
      const other = 'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9';
      const keyed = await startService({
        table: service.table,
        environment: { API_KEYS: `ann:${hash},bob:${other}` },
      });
      const counter = await storedItem({ n: 0 });
      const add = (bearer: string) =>
        keyed.call(
          'update_item',
          { key: counter, add: { n: 1 }, idempotency_key: 'shared name' },
          { headers: { authorization: `Bearer ${bearer}` } },
        );

      const statuses = [];
      for (const bearer of ['foo', 'bar', 'foo']) statuses.push((await add(bearer)).status);
      await keyed.close();

      expect(statuses).toEqual([200, 200, 200]);
      expect(await stored(counter)).toEqual({ ...counter, n: 2 });
    });
  });
});

test.runIf(!engineHas('transactions'))('an engine without transactions says so', async () => {
  const refused = await write([{ delete: { key: newKey() } }]);

  expect(refused.body.code).toBe('StorageError');
  expect(refused.body.error).toContain('no transactions');
});
