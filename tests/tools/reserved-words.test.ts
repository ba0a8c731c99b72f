import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESERVED_WORDS } from '../../src/dynamodb/expressions/reserved-word-list.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { startService, type TestService } from '../support/service.ts';

const WORDS = [...RESERVED_WORDS].map((word) => word.toLowerCase());
const RUNS = 60;

let service: TestService;
let keys = 0;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const newKey = () => ({ PK: `RESERVED#${keys++}`, SK: 'ITEM' });

async function storedItem(attributes: JsonObject) {
  const key = newKey();
  await service.call('put_item', { item: { ...key, ...attributes } });
  return key;
}

/** Calls a tool; the attempts are counted with the reply. */
async function call(tool: string, request: JsonObject) {
  const { status, body, headers } = await service.call(tool, request);
  return { status, body, attempts: Number(headers.get('x-attempts')) };
}

const attributes = { status: 'Open', name: 'n', size: 3, data: { status: [{ name: 'deep' }] } };
const values = { expression_values: { ':s': 'Open', ':n': 'n' } };
const both = { ...values, condition_expression: 'status = :s AND name = :n' };
const projection = { projection_expression: 'status, data.status[0].name' };
const projected = { status: 'Open', data: { status: [{ name: 'deep' }] } };

describe('reserved words are mended by one more request', () => {
  test.each<[string, (key: JsonObject) => JsonObject, object]>([
    ['put_item', (key) => ({ item: { ...key, v: 1 }, ...both }), {}],
    ['delete_item', (key) => ({ key, ...both }), {}],
    [
      'update_item',
      (key) => ({ key, update_expression: 'SET status = :n REMOVE name', ...both }),
      { item: { status: 'n' } },
    ],
    ['get_item', (key) => ({ key, ...projection }), { item: projected }],
    ['batch_get_item', (key) => ({ keys: [key], ...projection }), { items: [projected] }],
    [
      'query',
      (key) => ({
        key_condition: 'PK = :pk',
        filter_expression: 'status = :s AND (name = :n OR size(name) > size)',
        expression_values: { ...values.expression_values, ':pk': key.PK },
        ...projection,
      }),
      { items: [projected] },
    ],
    [
      'scan',
      ({ PK }) => ({
        filter_expression: 'begins_with(PK, :pk) AND contains(status, :s) AND name = :n',
        expression_values: { ...values.expression_values, ':pk': PK },
        ...projection,
        max_items: 1,
      }),
      { items: [projected] },
    ],
  ])('%s', async (tool, request, expected) => {
    const key = await storedItem(attributes);

    const { status, body, attempts } = await call(tool, request(key));

    expect([status, body]).toEqual([200, expect.objectContaining({ success: true })]);
    expect(body).toMatchObject(expected);
    expect(attempts).toBe(2);
  });

  test.skipIf(!engineHas('transactions'))('transact_get_items', async () => {
    const key = await storedItem(attributes);

    const { body, attempts } = await call('transact_get_items', { keys: [{ key, ...projection }] });

    expect(body).toMatchObject({ success: true, items: [projected] });
    expect(attempts).toBe(2);
  });

  test('a refused request leaves nothing in the log but the call', async () => {
    const key = await storedItem(attributes);
    const before = service.logs.length;

    await call('get_item', { key, ...projection });

    expect(service.logs.slice(before).map(({ level }) => level)).toEqual(['INFO']);
  });
});

describe('with an idempotency token they are replaced before the first request', () => {
  test.skipIf(!engineHas('transactions'))('in a transaction', async () => {
    const [checked, updated, put, deleted] = [
      await storedItem(attributes),
      await storedItem(attributes),
      newKey(),
      await storedItem(attributes),
    ];
    const none = { condition_expression: 'attribute_not_exists(status)' };

    const { body, attempts } = await call('transact_write_items', {
      operations: [
        { check: { key: checked, ...both } },
        {
          update: {
            key: updated,
            update_expression: 'SET size = size + :one',
            expression_values: { ':one': 1 },
          },
        },
        { put: { item: put, ...none } },
        { delete: { key: deleted, ...both } },
      ],
    });

    expect(body).toEqual({ success: true, count: 4 });
    expect(attempts).toBe(1);
    const { body: read } = await call('get_item', { key: updated });
    expect(read.item).toMatchObject({ size: 4 });
  });

  test.skipIf(!engineHas('transactions'))('in a write with a key, which does it once', async () => {
    const key = await storedItem(attributes);
    const request = {
      key,
      update_expression: 'ADD size :one',
      expression_values: { ':one': 1 },
      idempotency_key: `reserved ${key.PK}`,
    };

    const first = await call('update_item', request);
    const second = await call('update_item', request);

    expect([first.attempts, second.attempts]).toEqual([1, 1]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const { body } = await call('get_item', { key });
    expect(body.item).toMatchObject({ size: 4 });
  });
});

test('a walk is refused once, not at every page', async () => {
  const PK = newKey().PK;
  const put = [0, 1, 2, 3].map((n) => ({ PK, SK: String(n), status: 'Open' }));
  await service.call('batch_write_item', { put });

  const { body, attempts } = await call('query', {
    key: { PK },
    filter_expression: 'status = :s',
    expression_values: { ':s': 'Open' },
    limit: 1,
    max_items: 4,
  });

  expect(body.count).toBe(4);
  expect(attempts).toBe(5);
});

describe('what is wrong otherwise is still told', () => {
  test.each<[JsonObject, RegExp]>([
    [{ filter_expression: 'status = :v' }, /uses :v, which expression_values does not define/],
    [
      { filter_expression: 'status = :v AND', expression_values: { ':v': 1 } },
      /ends too early|syntax/,
    ],
    [
      { filter_expression: 'status == :v', expression_values: { ':v': 1 } },
      /syntax|token|operand/i,
    ],
  ])('%j', async (request, sentence) => {
    const { status, body } = await call('scan', request);

    expect([status, body.code]).toEqual([400, 'ValidationError']);
    expect(body.error).toMatch(sentence);
    expect(body.error).not.toMatch(/#r\d/);
  });
});

describe.each<[string, JsonObject]>([
  ['no placeholders', {}],
  ['placeholders that look generated', { expression_names: { '#r0': 'plain', '#rr1': 'plain' } }],
])('replacing changes no meaning, with %s', (_what, names) => {
  const word = fc.constantFrom(...WORDS);
  const words = fc.uniqueArray(word, { minLength: 4, maxLength: 4 });
  const also = 'expression_names' in names;

  test('of conditions, projections and updates', async () => {
    const property = fc.asyncProperty(words, fc.boolean(), async ([a, b, c, d], loud) => {
      const [w, x, y, z] = [a, b, c, d].map((each = '') => (loud ? each.toUpperCase() : each));
      if (!w || !x || !y || !z) return;
      const plain = { plain: 7 };
      const map = { [y]: [{ [z]: 'deep' }] };
      const key = await storedItem({ ...plain, [w]: 1, [x]: map, [y]: 'text' });
      const more = also ? ' AND #r0 = :seven AND #rr1 = :seven' : '';
      const seven = also && { ':seven': 7 };

      const found = await call('query', {
        key: { PK: key.PK },
        filter_expression: `${w} = :w and ${x}.${y}[0].${z} IN (:d, :t) AND (NOT ${w} BETWEEN :t AND ${y}) AND attribute_not_exists(${z}) AND begins_with( ${y},:t ) AND size (${y}) > ${w}${more}`,
        expression_values: { ':w': 1, ':d': 'deep', ':t': 'text', ...seven },
        projection_expression: `${w},${x}.${y}[0].${z} , ${y}`,
        ...names,
      });
      const updated = await call('update_item', {
        key,
        update_expression: `SET ${z} = ${w} + :w, ${x}.${y}[0].${z} = if_not_exists(${z}, :w)${also ? ', #r0 = :seven' : ''} REMOVE ${y} ADD ${w} :w`,
        condition_expression: `attribute_exists(${y})${also ? ' AND #rr1 = :seven' : ''}`,
        expression_values: { ':w': 1, ...seven },
        ...names,
      });

      expect(found.body).toMatchObject({ success: true });
      expect(found.body.items).toEqual([{ [w]: 1, [x]: map, [y]: 'text' }]);
      expect(updated.body).toEqual({
        success: true,
        item: { ...key, ...plain, [w]: 2, [x]: { [y]: [{ [z]: 1 }] }, [z]: 2 },
      });
    });

    await fc.assert(property, { numRuns: RUNS });
  });
});

test.each(['and', 'or', 'not', 'between', 'in', 'set', 'add', 'delete', 'size'])(
  'a word of the grammar is a name where a name stands: %s',
  async (word) => {
    const key = await storedItem({ [word]: 1 });

    const found = await call('query', {
      key: { PK: key.PK },
      filter_expression: `${word} = :v and NOT ${word} <> :v AND ${word} between :v and ${word} and ${word} in (:v)`,
      expression_values: { ':v': 1 },
      projection_expression: word,
    });
    const updated = await call('update_item', {
      key,
      update_expression: `SET ${word} = ${word} + :v REMOVE ${word}s`,
      expression_values: { ':v': 1 },
      return_values: 'UPDATED_NEW',
    });
    const cleared = await call('update_item', { key, update_expression: `remove ${word}` });

    expect(found.body).toMatchObject({ success: true, items: [{ [word]: 1 }] });
    expect(updated.body).toEqual({ success: true, attributes: { [word]: 2 } });
    expect(cleared.body).toEqual({ success: true, item: key });
  },
);
