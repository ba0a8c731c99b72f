import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { startService, type TestService } from '../support/service.ts';

const PARTITION = { PK: 'RANDOM' };
const RUNS = 150;
const MOST_ITEMS = 40;

const NAMES = ['a', 'status', 'first-name', 'a.b', 'constructor'];
/** Values that some engine cannot compare. */
const DOCUMENTS = [['a', 1], [], { b: 1 }, { b: { c: [1] } }];
const plain = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'Z'),
  fc.constantFrom(-10, -2, 0, 1, 2, 10, 0.5),
);
const ordered = fc.oneof(
  plain,
  fc.constantFrom(JSON.rawJSON('99999999999999999999999999999999999999'), 1e-100),
  fc.constantFrom({ $ddb: { B: 'AQ==' } }, { $ddb: { B: 'AQI=' } }),
);
const value = fc.oneof(
  { weight: 4, arbitrary: ordered },
  fc.constantFrom<unknown[]>(true, false, null),
  fc.constantFrom<unknown[]>(...(engineHas('comparing lists and maps') ? DOCUMENTS : [1])),
  fc.constantFrom({ $ddb: { SS: ['a', 'ab'] } }, { $ddb: { NS: ['1', '10'] } }),
);

const itemOf = (values: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 4 });

const pair = fc.tuple(ordered, ordered).filter(([low, high]) => isInOrder(low, high));
const operations = (values: fc.Arbitrary<unknown>, orderable: fc.Arbitrary<unknown>) =>
  fc.oneof(
    ...['lt', 'lte', 'gt', 'gte'].map((operator) =>
      orderable.map((operand) => ({ [operator]: operand })),
    ),
    values.map((operand) => ({ eq: operand })),
    fc
      .array(
        values.filter((operand) => operand !== '' && operand !== false),
        { minLength: 1, maxLength: 3 },
      )
      .map((operands) => ({ in: operands })),
    fc.constantFrom('', 'a', 'ab').map((operand) => ({ begins_with: operand })),
    fc.boolean().map((operand) => ({ exists: operand })),
  );

const anyOperation = fc.oneof(
  operations(value, ordered),
  value.map((operand) => ({ ne: operand })),
  pair.map((operand) => ({ between: operand })),
  plain.map((operand) => ({ contains: operand })),
);

/** Several operators at once, or a value alone. */
const wanted = (values: fc.Arbitrary<unknown>, operation: fc.Arbitrary<JsonObject>) =>
  fc.oneof(
    values,
    fc.array(operation, { minLength: 1, maxLength: 2 }).map((all) => Object.assign({}, ...all)),
  );

const filterOf = (values: fc.Arbitrary<unknown>, operation: fc.Arbitrary<JsonObject>) =>
  fc.dictionary(fc.constantFrom(...NAMES), wanted(values, operation), { minKeys: 1, maxKeys: 2 });

function isInOrder(low: unknown, high: unknown): boolean {
  if (typeof low === 'string' && typeof high === 'string') return low <= high;
  return typeof low === 'number' && typeof high === 'number' && low <= high;
}

const OPERATORS: Record<string, (name: string, values: string[]) => string> = {
  eq: (name, [value]) => `${name} = ${value}`,
  ne: (name, [value]) => `NOT (${name} = ${value})`,
  lt: (name, [value]) => `${value} > ${name}`,
  lte: (name, [value]) => `${value} >= ${name}`,
  gt: (name, [value]) => `${value} < ${name}`,
  gte: (name, [value]) => `${value} <= ${name}`,
  between: (name, [low, high]) => `(${name} >= ${low} AND ${name} <= ${high})`,
  in: (name, values) => `(${values.map((value) => `${name} = ${value}`).join(' OR ')})`,
  begins_with: (name, [value]) => `begins_with(${name}, ${value})`,
  contains: (name, [value]) => `contains(${name}, ${value})`,
};

/** Whether a value of a filter is operators with operands. */
function isOperations(given: unknown): given is JsonObject {
  const [member = ''] = Object.keys(given ?? {});
  return !Array.isArray(given) && (Object.hasOwn(OPERATORS, member) || member === 'exists');
}

const operationsIn = (given: unknown) =>
  Object.entries(isOperations(given) ? given : { eq: given });

/** The same filter as an expression, by rules of its own. */
function expressionOf(filter: JsonObject) {
  const names: Record<string, string> = {};
  const values: JsonObject = {};
  const parts = Object.entries(filter).flatMap(([attribute, given], at) => {
    const name = `#n${at}`;
    names[name] = attribute;
    return operationsIn(given).map(([operator, operand]) => {
      if (operator === 'exists') {
        return `attribute_${operand ? '' : 'not_'}exists(${name})`;
      }
      const many = operator === 'in' || operator === 'between';
      const placeholders = (many ? (operand as unknown[]) : [operand]).map((each) => {
        const placeholder = `:v${Object.keys(values).length}`;
        values[placeholder] = each;
        return placeholder;
      });
      return OPERATORS[operator]?.(name, placeholders);
    });
  });
  return {
    filter_expression: parts.join(' AND '),
    expression_names: names,
    expression_values: values,
  };
}

/** Whether an item of text and numbers meets a filter, in plain JavaScript. */
function meets(item: JsonObject, filter: JsonObject): boolean {
  return Object.entries(filter).every(([name, given]) =>
    operationsIn(given).every(([operator, operand]) => holds(own(item, name), operator, operand)),
  );
}

const own = (item: JsonObject, name: string) =>
  Object.hasOwn(item, name) ? item[name] : undefined;

function holds(stored: unknown, operator: string, operand: unknown): boolean {
  if (operator === 'exists') return (stored !== undefined) === operand;
  if (operator === 'in') return (operand as unknown[]).includes(stored);
  if (typeof stored !== typeof operand) return false;
  const [a, b] = [stored as number, operand as number];
  switch (operator) {
    case 'eq':
      return a === b;
    case 'lt':
      return a < b;
    case 'lte':
      return a <= b;
    case 'gt':
      return a > b;
    case 'gte':
      return a >= b;
    default:
      return String(stored).startsWith(String(operand));
  }
}

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const query = (partition: string, request: JsonObject) =>
  service.call('query', { key: { PK: partition }, ...request });

async function store(partition: string, items: JsonObject[]): Promise<JsonObject[]> {
  const put = items.map((item, at) => ({ ...item, PK: partition, SK: String(at) }));
  await service.call('batch_write_item', { put });
  return put;
}

const keysOf = (items: unknown) => (items as JsonObject[]).map(({ SK }) => SK).sort();
const sampleOf = (values: fc.Arbitrary<unknown>) =>
  fc.sample(itemOf(values), { numRuns: MOST_ITEMS, seed: 1 });

test('a filter finds what the same filter expression finds', async () => {
  await store(PARTITION.PK, sampleOf(value));
  let found = 0;

  await fc.assert(
    fc.asyncProperty(filterOf(value, anyOperation), async (filter) => {
      const [filtered, written] = await Promise.all([
        query(PARTITION.PK, { filter }),
        query(PARTITION.PK, expressionOf(filter)),
      ]);

      expect([filtered.status, written.status]).toEqual([200, 200]);
      expect(keysOf(filtered.body.items)).toEqual(keysOf(written.body.items));
      found += Number(filtered.body.count);
    }),
    { numRuns: RUNS },
  );

  expect(found).toBeGreaterThan(0);
});

test('a filter on text and numbers finds what JavaScript finds', async () => {
  const items = await store('SIMPLE', sampleOf(plain));
  const filters = filterOf(plain, operations(plain, plain));

  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 9 }), async (filter, limit) => {
      const expected = items.filter((item) => meets(item, filter));

      const whole = await query('SIMPLE', { filter });
      const walked = await query('SIMPLE', { filter, limit, max_items: MOST_ITEMS });

      expect(keysOf(whole.body.items)).toEqual(keysOf(expected));
      expect(keysOf(walked.body.items)).toEqual(keysOf(expected));
    }),
    { numRuns: RUNS },
  );
});
