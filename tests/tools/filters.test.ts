import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { startService, type TestService } from '../support/service.ts';

const PARTITION = { PK: 'FILTERS' };
const BYTES = { $ddb: { B: 'AQID' } };
const TAGS = { $ddb: { SS: ['a', 'b'] } };

const ITEMS: JsonObject[] = [
  { SK: '1', n: 1, status: 'Open', map: { gt: 1 } },
  { SK: '2', n: 2, status: 'Done', list: ['a', 2] },
  { SK: '3', n: 3, status: 'Open', tags: TAGS },
  { SK: '4', n: 4, status: null, bytes: BYTES },
  { SK: '5', n: JSON.rawJSON('12345678901234567890123456789012345678'), 'a.b': 1, $$ddb: 2 },
].map((item) => ({ ...PARTITION, GSI1PK: 'FILTERED', GSI1SK: item.SK, ...item }));

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call('batch_write_item', { put: ITEMS });
});

afterAll(() => service.close());

const query = (request: JsonObject) => service.call('query', { key: PARTITION, ...request });

function foundBy(items: unknown): string {
  return (items as JsonObject[]).map(({ SK }) => SK).join('');
}

const FOUND: [JsonObject, string][] = [
  [{}, '12345'],
  [{ status: 'Open' }, '13'],
  [{ status: null }, '4'],
  [{ status: { exists: false } }, '5'],
  [{ status: { exists: true } }, '1234'],
  [{ n: { ne: 2 }, status: { exists: true } }, '134'],
  [{ n: { gt: 1, lte: 3 } }, '23'],
  [{ n: { lt: 2 } }, '1'],
  [{ n: { gte: JSON.rawJSON('12345678901234567890123456789012345678') } }, '5'],
  [{ n: { between: [2, 3] } }, '23'],
  [{ n: { between: [2, 2] }, status: 'Done' }, '2'],
  [{ n: { in: [1, 4, 99] } }, '14'],
  [{ status: { begins_with: 'O' } }, '13'],
  [{ bytes: { begins_with: { $ddb: { B: 'AQI=' } } } }, '4'],
  [{ tags: { contains: 'a' } }, '3'],
  [{ list: { contains: 2 } }, '2'],
  [{ status: { contains: 'pe' } }, '13'],
  [{ map: { other: 1 } }, ''],
  [{ map: {} }, ''],
  [{ tags: TAGS }, '3'],
  [{ tags: { eq: { $ddb: { SS: ['b', 'a'] } } } }, '3'],
  [{ 'a.b': 1 }, '5'],
  [{ $$ddb: { gt: 1 } }, '5'],
];

const FOUND_BY_DOCUMENTS: [JsonObject, string][] = [
  [{ map: { eq: { gt: 1 } } }, '1'],
  [{ list: ['a', 2] }, '2'],
];

const found = engineHas('comparing lists and maps') ? [...FOUND, ...FOUND_BY_DOCUMENTS] : FOUND;

test.each(found)('%j finds %s', async (filter, keys) => {
  const { status, body } = await query({ filter });
  const scanned = await service.call('scan', { filter });

  expect([status, foundBy(body.items)]).toEqual([200, keys]);
  expect(body).toMatchObject({ count: keys.length, scanned_count: ITEMS.length });
  expect(foundBy(scanned.body.items)).toBe(keys);
});

test.each<[JsonObject, string, RegExp]>([
  [{ n: { gt: 1, most: 2 } }, 'filter.n.most', /is mixed with operators/],
  [{ n: { $gt: 1 } }, 'filter.n.$gt', /is not an operator; the operators are eq, ne, /],
  [{ n: { $$ddb: 1 } }, 'filter.n.$$ddb', /is not an operator/],
  [{ n: { gt: 1, $ddb: { N: '1' } } }, 'filter.n.$ddb', /is mixed with operators/],
  [{ n: { in: [] } }, 'filter.n.in', /a list of 1 to 100 values/],
  [{ n: { in: Array(101).fill(1) } }, 'filter.n.in', /a list of 1 to 100 values/],
  [{ n: { in: 1 } }, 'filter.n.in', /a list of 1 to 100 values/],
  [{ n: { between: [1] } }, 'filter.n.between', /two values/],
  [{ n: { between: [1, 2, 3] } }, 'filter.n.between', /two values/],
  [{ n: { between: [1, 'a'] } }, 'filter.n.between', /two values of one type/],
  [{ n: { between: [2, 1] } }, 'filter.n.between', /the lower value first/],
  [{ n: { between: [-1, -2] } }, 'filter.n.between', /the lower value first/],
  [{ n: { between: [1e-7, -1] } }, 'filter.n.between', /the lower value first/],
  [{ n: { between: ['é', 'z'] } }, 'filter.n.between', /the lower value first/],
  [{ n: { between: [10, 9] } }, 'filter.n.between', /the lower value first/],
  [{ n: { between: [true, true] } }, 'filter.n.between[0]', /text, a number or binary/],
  [{ n: { lt: null } }, 'filter.n.lt', /text, a number or binary/],
  [{ n: { begins_with: 1 } }, 'filter.n.begins_with', /text or binary/],
  [{ n: { exists: 'yes' } }, 'filter.n.exists', /true or false/],
  [{ n: { exists: null } }, 'filter.n.exists', /true or false/],
  [{ $ddb: { S: 'a' } }, 'filter.$ddb', /marks a typed value/],
  [{ n: { eq: '\ud800' } }, 'filter.n.eq', /lone surrogate/],
  [{ n: '\ud800' }, 'filter.n', /lone surrogate/],
])('%j is refused at %s', async (filter, path, message) => {
  const refused = await query({ filter });

  expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
  expect(refused.body.issues).toEqual([{ path, message: expect.stringMatching(message) }]);
});

describe('together with other parameters', () => {
  const open = { filter: { status: 'Open' } };

  test('a filter expression is joined by AND and cannot break out', async () => {
    const values = { expression_values: { ':a': 1, ':b': 2 }, expression_names: { '#g0': 'n' } };

    const joined = await query({ ...open, filter_expression: '#g0 = :a OR #g0 = :b', ...values });
    const broken = await query({ ...open, filter_expression: '#g0 = :a) OR (#g0 = :b', ...values });

    expect(foundBy(joined.body.items)).toBe('1');
    expect(broken.body).toMatchObject({ code: 'ValidationError' });
    expect(broken.body.issues).toEqual([expect.objectContaining({ path: 'filter_expression' })]);
  });

  test('limit counts what is read, max_items what matches', async () => {
    const page = await query({ ...open, limit: 2 });
    const walk = await query({ ...open, limit: 2, max_items: 2 });
    const cut = await query({ ...open, max_items: 1 });
    const rest = await query({ ...open, last_evaluated_key: cut.body.last_evaluated_key });

    expect(page.body).toMatchObject({ count: 1, scanned_count: 2 });
    expect(page.body.last_evaluated_key).toEqual({ ...PARTITION, SK: '2' });
    expect(foundBy(walk.body.items)).toBe('13');
    expect(foundBy(cut.body.items)).toBe('1');
    expect(cut.body.last_evaluated_key).toEqual({ ...PARTITION, SK: '1' });
    expect(foundBy(rest.body.items)).toBe('3');
  });

  test('a count, an index and a projection', async () => {
    const byIndex = { key: { GSI1PK: 'FILTERED' }, index_name: 'GSI1' };

    const count = await query({ ...open, select: 'COUNT' });
    const walked = await query({ ...open, select: 'COUNT', limit: 1, max_items: 2 });
    const indexed = await query({ ...byIndex, filter: { n: { lt: 4 }, SK: { ne: '2' } } });
    const projected = await query({ ...open, projection_expression: 'SK' });

    expect(count.body).toMatchObject({ count: 2, scanned_count: 5 });
    expect(walked.body).toMatchObject({ count: 2 });
    expect(foundBy(indexed.body.items)).toBe('13');
    expect(projected.body.items).toEqual([{ SK: '1' }, { SK: '3' }]);
  });

  test('key attributes are for the key condition, said as of a filter expression', async () => {
    const plain = await query({ filter: { SK: '1' } });
    const written = await query({
      filter_expression: 'SK = :a',
      expression_values: { ':a': '1' },
    });

    expect([plain.status, plain.body.error]).toEqual([400, written.body.error]);
    expect(plain.body.error).toMatch(/must not use key attributes/);
  });
});
