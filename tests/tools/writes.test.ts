import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf } from '../support/items.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const { newKey, stored, storedItem } = itemsOf(() => service, 'WRITES');

describe('put_item', () => {
  test('returns the replaced item only when asked for', async () => {
    const key = newKey();

    const first = await service.call('put_item', { item: { ...key, v: 1 }, return_old: true });
    const second = await service.call('put_item', { item: { ...key, v: 2 }, return_old: true });

    expect(first.body).toEqual({ success: true, old_item: null });
    expect(second.body).toEqual({ success: true, old_item: { ...key, v: 1 } });
  });

  test('create_only refuses a taken key and shows the item that has it', async () => {
    const key = await storedItem({ v: 1 });

    const refused = await service.call('put_item', { item: { ...key, v: 2 }, create_only: true });

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      success: false,
      code: 'ConditionalCheckFailed',
      retryable: false,
      item: { ...key, v: 1 },
    });
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });

  test('expected is optimistic locking; null means absent', async () => {
    const key = await storedItem({ version: 1 });
    const put = (expected: object) =>
      service.call('put_item', { item: { ...key, version: 2 }, expected });

    expect((await put({ version: 7 })).status).toBe(409);
    expect((await put({ version: 1, lock: null })).status).toBe(200);
    expect((await put({ version: null })).status).toBe(409);
    expect((await put({ version: { $ddb: { NULL: true } } })).status).toBe(409);
  });

  test('a failed condition on no item says so', async () => {
    const refused = await service.call('put_item', {
      item: newKey(),
      condition_expression: 'attribute_exists(PK)',
    });

    expect(refused).toMatchObject({ status: 409, body: { item: null } });
  });
});

describe('conditions', () => {
  test.each([
    ['breaks out of the brackets', 'attribute_not_exists(zz)) OR (v = :a'],
    ['closes too many', 'v = :a)'],
    ['opens too many', '((v = :a)'],
  ])('an expression that %s is refused', async (_what, condition_expression) => {
    const key = await storedItem({ v: 1 });

    const refused = await service.call('update_item', {
      key,
      updates: { v: 2 },
      expected: { v: 99 },
      condition_expression,
      expression_values: { ':a': 1 },
    });

    expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });

  test('generated placeholders never meet the caller’s own', async () => {
    const key = await storedItem({ a: 1, b: 2 });

    const updated = await service.call('update_item', {
      key,
      updates: { a: 10 },
      expected: { b: 2 },
      condition_expression: '#g0 = :g0 AND #g1 = :g1 AND #gg0 = :gg0',
      expression_names: { '#g0': 'a', '#g1': 'b', '#gg0': 'a' },
      expression_values: { ':g0': 1, ':g1': 2, ':gg0': 1 },
    });

    expect(updated.body).toEqual({ success: true, item: { ...key, a: 10, b: 2 } });
  });

  test('an expression made of the generated letters is refused as any other', async () => {
    const key = await storedItem({ v: 1 });

    const refused = await service.call('update_item', {
      key,
      updates: { v: 2 },
      condition_expression: `v = :${'g'.repeat(100_000)}`,
    });

    expect([refused.status, refused.body.code]).toEqual([400, 'ValidationError']);
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });

  test('a placeholder that the caller forgot is not filled with a generated one', async () => {
    const key = await storedItem({ v: 1 });

    const refused = await service.call('update_item', {
      key,
      updates: { v: 2 },
      condition_expression: '#g0 = :g1',
    });

    expect(refused.status).toBe(400);
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });

  test('all parts must hold', async () => {
    const key = await storedItem({ a: 1, b: 2 });
    const update = (a: number, b: number) =>
      service.call('update_item', {
        key,
        updates: { done: true },
        expected: { a },
        condition_expression: 'b = :b OR attribute_not_exists(PK)',
        expression_values: { ':b': b },
      });

    expect((await update(1, 0)).status).toBe(409);
    expect((await update(0, 2)).status).toBe(409);
    expect((await update(1, 2)).status).toBe(200);
  });
});

describe('update_item', () => {
  test('all verbs at once', async () => {
    const key = await storedItem({
      count: 1,
      old: 'x',
      tags: { $ddb: { SS: ['a', 'b'] } },
      more: { $ddb: { NS: ['1'] } },
    });

    const updated = await service.call('update_item', {
      key,
      updates: { status: 'Open', 'a.b': 1, 'first-name': 'Ada', constructor: 'c', '😀': true },
      remove: ['old', 'never-there'],
      add: { count: 2, hits: 1, more: { $ddb: { NS: ['2'] } } },
      append: { history: ['one'] },
      remove_from_set: { tags: { $ddb: { SS: ['b'] } } },
    });

    expect(updated.body.item).toEqual({
      ...key,
      count: 3,
      hits: 1,
      status: 'Open',
      'a.b': 1,
      'first-name': 'Ada',
      constructor: 'c',
      '😀': true,
      history: ['one'],
      more: { $ddb: { NS: ['1', '2'] } },
      tags: { $ddb: { SS: ['a'] } },
    });
  });

  test('append adds to a list that is there', async () => {
    const key = await storedItem({ history: ['one'] });

    const updated = await service.call('update_item', { key, append: { history: ['two', 3] } });

    expect(updated.body.item).toEqual({ ...key, history: ['one', 'two', 3] });
  });

  test('a missing item is 404 and not created, whatever the condition says', async () => {
    const key = newKey();
    const updates = { v: 1 };

    const plain = await service.call('update_item', { key, updates });
    const conditional = await service.call('update_item', { key, updates, expected: { v: 0 } });
    const raw = await service.call('update_item', {
      key,
      update_expression: 'SET v = :v',
      expression_values: { ':v': 1 },
    });

    for (const reply of [plain, conditional, raw]) {
      expect(reply).toMatchObject({ status: 404, body: { code: 'ItemNotFound' } });
    }
    expect(await stored(key)).toBeNull();
  });

  test('upsert creates; its failed condition on no item is 409', async () => {
    const key = newKey();

    const refused = await service.call('update_item', {
      key,
      updates: { v: 1 },
      upsert: true,
      expected: { v: 0 },
    });
    const created = await service.call('update_item', { key, updates: { v: 1 }, upsert: true });

    expect(refused).toMatchObject({ status: 409, body: { item: null } });
    expect(created.body.item).toEqual({ ...key, v: 1 });
  });

  test('a raw expression with paths', async () => {
    const key = await storedItem({ a: { b: [1, 2] } });

    const updated = await service.call('update_item', {
      key,
      update_expression: 'SET #a.b[1] = :v REMOVE #a.b[0]',
      expression_names: { '#a': 'a' },
      expression_values: { ':v': 9 },
    });

    expect(updated.body.item).toEqual({ ...key, a: { b: [9] } });
  });

  test.each([
    ['nothing to do', {}],
    ['empty verbs only', { updates: {}, remove: [] }],
    ['a key attribute', { updates: { SK: 'x' } }],
    ['a key attribute to remove', { remove: ['PK'] }],
    ['one attribute in two verbs', { updates: { a: 1 }, add: { a: 1 } }],
    ['one attribute removed twice', { remove: ['a', 'a'] }],
    ['verbs beside a raw expression', { updates: { a: 1 }, update_expression: 'REMOVE b' }],
    ['adding text', { add: { a: 'x' } }],
    ['appending what is no list', { append: { a: 1 } }],
    ['removing what is no set', { remove_from_set: { a: [1] } }],
    ['the tag as a name', { updates: { $ddb: 1 } }],
    ['an empty index key', { updates: { GSI1PK: '' } }],
    ['an index key of a wrong type', { updates: { GSI1SK: 5 } }],
  ])('%s is 400', async (_what, verbs) => {
    const key = await storedItem({ a: 1 });

    const refused = await service.call('update_item', { key, ...verbs });

    expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(await stored(key)).toEqual({ ...key, a: 1 });
  });

  test('many attributes fit one update', async () => {
    const key = newKey();
    const updates = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`attribute_${n}`, n]),
    );

    const updated = await service.call('update_item', { key, updates, upsert: true });

    expect(updated.body.item).toEqual({ ...key, ...updates });
  });
});

describe('delete_item', () => {
  test('returns the deleted item when asked for', async () => {
    const key = await storedItem({ v: 1 });

    const first = await service.call('delete_item', { key, return_old: true });
    const second = await service.call('delete_item', { key, return_old: true });

    expect(first.body).toEqual({ success: true, old_item: { ...key, v: 1 } });
    expect(second.body).toEqual({ success: true, old_item: null });
  });

  test('a failed condition keeps the item', async () => {
    const key = await storedItem({ v: 1 });

    const refused = await service.call('delete_item', { key, expected: { v: 2 } });

    expect(refused).toMatchObject({ status: 409, body: { item: { ...key, v: 1 } } });
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });
});

describe('keys', () => {
  test.each([
    ['a missing attribute', { PK: 'a' }],
    ['one too many', { PK: 'a', SK: 'b', v: 1 }],
    ['a wrong type', { PK: 'a', SK: 1 }],
    ['an empty value', { PK: '', SK: 'b' }],
    ['null', { PK: null, SK: 'b' }],
  ])('%s is 400', async (_what, key) => {
    for (const tool of ['get_item', 'delete_item']) {
      const reply = await service.call(tool, { key });
      expect(reply).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    }
  });

  test.each([
    ['no sort key', { PK: 'a' }],
    ['an empty key', { PK: 'a', SK: '' }],
    ['an empty index key', { PK: 'a', SK: 'b', GSI1PK: '' }],
    ['an index key of a wrong type', { PK: 'a', SK: 'b', GSI1SK: 1 }],
  ])('an item with %s is 400', async (_what, item) => {
    const put = await service.call('put_item', { item });
    const batch = await service.call('batch_write_item', { put: [item] });

    expect(put).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(batch).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
  });
});

test.each([
  ['bare', 'v = :v AND attribute_not_exists(zz)'],
  ['in brackets', '(v = :v)'],
  ['with brackets at both ends', '(v = :v) AND (attribute_not_exists(zz))'],
])('a condition %s is joined to others', async (_what, condition_expression) => {
  const key = await storedItem({ v: 1, w: 2 });

  const updated = await service.call('update_item', {
    key,
    updates: { w: 3 },
    expected: { w: 2 },
    condition_expression,
    expression_values: { ':v': 1 },
  });

  expect(updated.status).toBe(200);
});

test('what cannot fit an item is refused before it costs time', async () => {
  const item = { ...newKey(), list: Array(4_000_000).fill(1) };
  const started = performance.now();

  const put = await service.call('put_item', { item });

  expect(put).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
  expect(put.headers.get('x-attempts')).toBeNull();
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('an item over 400 KB is 413', async () => {
  const put = await service.call('put_item', { item: { ...newKey(), big: 'x'.repeat(410_000) } });

  expect(put).toMatchObject({ status: 413, body: { code: 'TooLarge', retryable: false } });
});
