import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from '../support/service.ts';

const PARTITION = 'READS';
const ITEMS = Array.from({ length: 30 }, (_, n) => ({
  PK: PARTITION,
  SK: `ITEM#${String(n).padStart(3, '0')}`,
  GSI1PK: `GROUP#${n % 2}`,
  GSI1SK: `ITEM#${String(n).padStart(3, '0')}`,
  n,
  third: n % 3 === 0,
  status: 'Open',
}));
const THIRDS = ITEMS.filter(({ third }) => third);

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call('batch_write_item', { put: ITEMS });
});

afterAll(() => service.close());

async function query(request: JsonObject) {
  return service.call('query', request);
}

/** Follows last_evaluated_key to the end; returns all items, and how many pages there were. */
async function walk(tool: string, request: JsonObject) {
  const items: JsonObject[] = [];
  let pages = 0;
  let last_evaluated_key: unknown = null;
  do {
    const { status, body } = await service.call(tool, { ...request, last_evaluated_key });
    expect(status).toBe(200);
    items.push(...(body.items as JsonObject[]));
    last_evaluated_key = body.last_evaluated_key;
    pages++;
  } while (last_evaluated_key !== null && pages < 100);
  return { items, pages };
}

describe('query', () => {
  test.each([
    ['eq', 'ITEM#003', [3]],
    ['lt', 'ITEM#002', [0, 1]],
    ['lte', 'ITEM#002', [0, 1, 2]],
    ['gt', 'ITEM#027', [28, 29]],
    ['gte', 'ITEM#027', [27, 28, 29]],
    ['begins_with', 'ITEM#02', [20, 21, 22, 23, 24, 25, 26, 27, 28, 29]],
    ['between', ['ITEM#004', 'ITEM#006'], [4, 5, 6]],
  ])('sort_key %s', async (operator, operand, numbers) => {
    const found = await query({ key: { PK: PARTITION }, sort_key: { [operator]: operand } });

    expect(found.body.items).toEqual(numbers.map((n) => ITEMS[n]));
  });

  test('descending, with a projection that has a reserved word', async () => {
    const found = await query({
      key: { PK: PARTITION },
      scan_index_forward: false,
      limit: 2,
      projection_expression: 'n, #s',
      expression_names: { '#s': 'status' },
    });

    expect(found.body.items).toEqual([
      { n: 29, status: 'Open' },
      { n: 28, status: 'Open' },
    ]);
    expect(found.body.last_evaluated_key).toEqual({ PK: PARTITION, SK: 'ITEM#028' });
  });

  test('COUNT has no items', async () => {
    const found = await query({ key: { PK: PARTITION }, select: 'COUNT' });

    expect(found.body).toEqual({
      success: true,
      count: 30,
      scanned_count: 30,
      last_evaluated_key: null,
    });
  });

  test('a filtered page can be empty and go on', async () => {
    const found = await query({
      key: { PK: PARTITION },
      limit: 2,
      filter_expression: 'n > :n',
      expression_values: { ':n': 10 },
    });

    expect(found.body).toEqual({
      success: true,
      items: [],
      count: 0,
      scanned_count: 2,
      last_evaluated_key: { PK: PARTITION, SK: 'ITEM#001' },
    });
  });

  test('the caller’s placeholders go together with plain keys', async () => {
    const found = await query({
      key: { PK: PARTITION },
      sort_key: { gte: 'ITEM#010' },
      filter_expression: '#g0 < :g0',
      expression_names: { '#g0': 'n' },
      expression_values: { ':g0': 12 },
    });

    expect(found.body.items).toEqual([ITEMS[10], ITEMS[11]]);
  });

  test.each([
    ['table', {}, { PK: PARTITION }, ITEMS],
    ['index', { index_name: 'GSI1' }, { GSI1PK: 'GROUP#1' }, ITEMS.filter(({ n }) => n % 2 === 1)],
  ])('pages of the %s lose nothing', async (_what, where, key, expected) => {
    const { items, pages } = await walk('query', { ...where, key, limit: 4 });

    expect(items).toEqual(expected);
    expect(pages).toBeGreaterThan(3);
  });
});

describe('max_items', () => {
  const filter = {
    filter_expression: 'third = :yes',
    expression_values: { ':yes': true },
  };

  test('walks pages until enough items match', async () => {
    const found = await query({ key: { PK: PARTITION }, ...filter, limit: 4, max_items: 4 });

    expect(found.body.items).toEqual(THIRDS.slice(0, 4));
    expect(found.body.count).toBe(4);
    expect(Number(found.headers.get('x-attempts'))).toBeGreaterThan(2);
  });

  test.each([
    ['whole items', {}],
    ['a projection without the keys', { projection_expression: 'n' }],
    ['a projection with one key', { projection_expression: 'SK, n' }],
  ])('a page that is cut goes on exactly, with %s', async (_what, projection) => {
    for (const max_items of [1, 3, 7]) {
      const { items } = await walk('query', {
        key: { PK: PARTITION },
        ...filter,
        ...projection,
        max_items,
      });

      const names = 'projection_expression' in projection && projection.projection_expression;
      const expected = THIRDS.map((item) =>
        names
          ? Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
          : item,
      );
      expect(items).toEqual(expected);
    }
  });

  test.each([
    ['query', { index_name: 'GSI1', key: { GSI1PK: 'GROUP#0' } }],
    ['scan', { index_name: 'GSI1' }],
    ['scan', {}],
  ])('a cut page of %s %j goes on exactly', async (tool, where) => {
    const { items } = await walk(tool, { ...where, ...filter, max_items: 2 });
    const whole = await service.call(tool, { ...where, ...filter });

    expect(items).toEqual(whole.body.items);
  });

  test('reads no more than is wanted where nothing filters', async () => {
    const found = await query({ key: { PK: PARTITION }, max_items: 3 });

    expect(found.body).toMatchObject({ count: 3, scanned_count: 3 });
    expect(found.body.last_evaluated_key).toEqual({ PK: PARTITION, SK: 'ITEM#002' });
  });

  test('COUNT counts no further than asked and goes on exactly', async () => {
    const request = { key: { PK: PARTITION }, ...filter, select: 'COUNT', max_items: 4 };

    const first = await query(request);
    const second = await query({
      ...request,
      max_items: 100,
      last_evaluated_key: first.body.last_evaluated_key,
    });

    expect(first.body).toMatchObject({ count: 4, last_evaluated_key: { SK: THIRDS[3]?.SK } });
    expect(first.body).not.toHaveProperty('items');
    expect(second.body).toMatchObject({ count: 6, last_evaluated_key: null });
  });

  test('a page cap ends the walk with the key to go on from', async () => {
    const capped = await startService({ table: service.table, environment: { MAX_PAGES: '2' } });

    const found = await capped.call('query', { key: { PK: PARTITION }, limit: 3, max_items: 20 });
    await capped.close();

    expect(found.body).toMatchObject({ count: 6, scanned_count: 6 });
    expect(found.body.last_evaluated_key).toEqual({ PK: PARTITION, SK: 'ITEM#005' });
  });
});

describe('scan', () => {
  // Dynoxide reads on from any key.
  test.skipIf(inject('engine').name === 'dynoxide')(
    'a key of another segment is told as one',
    async () => {
      const half = (segment: number, more = {}) =>
        service.call('scan', { limit: 1, segment, total_segments: 2, ...more });
      const { last_evaluated_key } = (await half(1)).body;

      const { status, body } = await half(0, { last_evaluated_key });

      expect(last_evaluated_key).toMatchObject({ PK: expect.any(String) });
      expect([status, body.error]).toEqual([400, expect.stringMatching(/^last_evaluated_key is/)]);
    },
  );

  test('segments divide the table', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map((segment) => service.call('scan', { segment, total_segments: 3 })),
    );

    const found = parts.flatMap(({ body }) => body.items as typeof ITEMS);
    expect(found.sort((a, b) => a.n - b.n)).toEqual(ITEMS);
  });

  test.each([
    ['segment alone', { segment: 0 }],
    ['total_segments alone', { total_segments: 2 }],
    ['a segment past the last', { segment: 2, total_segments: 2 }],
  ])('%s is 400', async (_what, request) => {
    expect((await service.call('scan', request)).status).toBe(400);
  });
});

describe('requests that make no sense are 400', () => {
  const sort_key = { eq: 'x' };

  test.each<[string, JsonObject]>([
    ['no key', {}],
    ['both kinds of key', { key: { PK: 'a' }, key_condition: 'PK = :a' }],
    ['sort_key without key', { key_condition: 'PK = :a', sort_key }],
    ['an empty sort_key', { key: { PK: 'a' }, sort_key: {} }],
    ['two comparisons', { key: { PK: 'a' }, sort_key: { gt: 'a', lt: 'b' } }],
    ['between with one value', { key: { PK: 'a' }, sort_key: { between: ['a'] } }],
    ['a whole key', { key: { PK: 'a', SK: 'b' } }],
    ['a key of the table on the index', { key: { PK: 'a' }, index_name: 'GSI1' }],
    ['a sort key of a wrong type', { key: { PK: 'a' }, sort_key: { eq: 1 } }],
    ['an unknown index', { key: { PK: 'a' }, index_name: 'GSI2' }],
    ['a limit of 0', { key: { PK: 'a' }, limit: 0 }],
    ['a limit in text', { key: { PK: 'a' }, limit: '10' }],
    ['a limit of 1.5', { key: { PK: 'a' }, limit: 1.5 }],
    ['COUNT with a projection', { key: { PK: 'a' }, select: 'COUNT', projection_expression: 'a' }],
    ['a page key of other attributes', { key: { PK: 'a' }, last_evaluated_key: { X: 'a' } }],
    ['a page key without the sort key', { key: { PK: 'a' }, last_evaluated_key: { PK: 'a' } }],
    ['a page key of a wrong type', { key: { PK: 'a' }, last_evaluated_key: { PK: 'a', SK: 1 } }],
    [
      'a page key of another partition',
      { key: { PK: 'a' }, last_evaluated_key: { PK: 'b', SK: 'c' } },
    ],
    [
      'a page key of the table on the index',
      {
        key: { GSI1PK: 'a' },
        index_name: 'GSI1',
        last_evaluated_key: { PK: 'a', SK: 'b' },
      },
    ],
    ['a page key that is empty', { key: { PK: 'a' }, last_evaluated_key: {} }],
    [
      'a reserved word for the key',
      { key_condition: 'status = :a', expression_values: { ':a': 1 } },
    ],
    ['a missing value', { key_condition: 'PK = :a' }],
    ['an unused value', { key: { PK: 'a' }, expression_values: { ':a': 1 } }],
    ['a name without #', { key: { PK: 'a' }, expression_names: { s: 'status' } }],
    [
      'a consistent read of a global index',
      { key: { GSI1PK: 'a' }, index_name: 'GSI1', consistent_read: true },
    ],
  ])('%s', async (_what, request) => {
    const refused = await query(request);

    expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(refused.body.error).toMatch(/^[^\n]{10,300}\.?$/);
  });

  test('a limit of 1E1 is a valid limit', async () => {
    const { status } = await query({ key: { PK: 'a' }, limit: JSON.rawJSON('1E1') });

    expect(status).toBe(200);
  });
});

describe('sentences that say what to do', () => {
  test.each<[string, JsonObject, RegExp]>([
    ['query', { key_condition: 'PK = :a' }, /:a, which expression_values does not define/],
    ['query', { key: { PK: 'a' }, index_name: 'GSI2' }, /no index "GSI2"; it has GSI1/],
    ['query', { key: { PK: 'a' }, sort_keys: 1 }, /sort_keys is not a field of query/],
    ['get_item', { key: { PK: 'a' } }, /exactly the key attributes "PK" and "SK"/],
    ['get_item', {}, /key is required/],
    ['put_item', { item: { PK: 'a', SK: '' } }, /item\.SK: must not be empty/],
    ['scan', { filter_expression: 'a =' }, /syntax error|ends too early/],
    [
      'scan',
      { filter_expression: 'a = :a', expression_values: { ':a': 1, ':b': 2 } },
      /No expression uses :b/,
    ],
    [
      'query',
      { key: { PK: 'a' }, filter_expression: 'SK = :a', expression_values: { ':a': 'x' } },
      /must not use key attributes/,
    ],
  ])('%s %j', async (tool, request, sentence) => {
    const refused = await service.call(tool, request);

    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(sentence);
  });
});

test('get_item with a projection', async () => {
  const found = await service.call('get_item', {
    key: { PK: PARTITION, SK: 'ITEM#001' },
    projection_expression: 'n, #s',
    expression_names: { '#s': 'status' },
    consistent_read: true,
  });

  expect(found.body).toEqual({ success: true, item: { n: 1, status: 'Open' } });
});

test('describe_table', async () => {
  const described = await service.call('describe_table');

  expect(described.body).toEqual({
    success: true,
    table: service.table,
    status: 'ACTIVE',
    key_schema: [
      { attribute_name: 'PK', attribute_type: 'S', key_type: 'HASH' },
      { attribute_name: 'SK', attribute_type: 'S', key_type: 'RANGE' },
    ],
    indexes: [
      {
        index_name: 'GSI1',
        type: 'global',
        status: 'ACTIVE',
        projection: 'ALL',
        key_schema: [
          { attribute_name: 'GSI1PK', attribute_type: 'S', key_type: 'HASH' },
          { attribute_name: 'GSI1SK', attribute_type: 'S', key_type: 'RANGE' },
        ],
      },
    ],
    vector_indexes: [],
    billing_mode: 'PAY_PER_REQUEST',
    ttl_attribute: null,
    item_count: expect.toBeOneOf([null, expect.any(Number)]),
    size_bytes: expect.toBeOneOf([null, expect.any(Number)]),
  });
});
