import fc from 'fast-check';
import { z } from 'zod';
import type { AnyTool } from '../../src/tools/tool.ts';

const raw = (token: string) => JSON.rawJSON(token);

/** Numbers that a double or DynamoDB cannot hold, and some that they can. */
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc
    .constantFrom('1e400', '-1E-400', '1e126', '-0', '0.1', '1e99999', '12345678901234567890')
    .map(raw),
  fc.bigInt({ min: 10n ** 30n, max: 10n ** 45n }).map((digits) => raw(String(digits))),
);

/** Names that mean something to JavaScript, to DynamoDB or to this service. */
const name = fc.constantFrom(
  ...['PK', 'SK', 'GSI1PK', 'a', '', ' ', 'constructor', 'toString', '__proto__', 'hasOwnProperty'],
  ...[
    '$ddb',
    '$$ddb',
    '$',
    '#n',
    ':v',
    'a.b',
    'a[0]',
    'status',
    '\ud800',
    '\u0000',
    '💥',
    'length',
  ],
);

const text = fc.oneof(
  name,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\udc00\ud800', 'x'.repeat(3_000), 'PROJECT#test123', 'COUNT', 'GSI1'),
);

/** An object with members of any name, `__proto__` included. */
function object(value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc.array(fc.tuple(name, value), { maxLength: 3 }).map((members) => {
    return Object.fromEntries(members);
  });
}

const type = fc.constantFrom(
  'S',
  'N',
  'B',
  'BOOL',
  'NULL',
  'L',
  'M',
  'SS',
  'NS',
  'BS',
  'X',
  '__proto__',
);

/** Any JSON value with hostile names, numbers and texts, and typed values of all broken kinds. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const value = tie('value');
  const tagged = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(type, value).map(([tag, content]) => ({ [tag]: content })) },
    fc.tuple(type, fc.array(text)).map(([tag, content]) => ({ [tag]: content })),
    value,
  );
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(null, true, false),
      number,
      text,
      fc.array(value, { maxLength: 3 }),
      object(value),
      tagged.map(($ddb) => ({ $ddb })),
      tagged.map(($ddb) => ({ $ddb, more: 1 })),
    ),
  };
}).value;

/** Words of DynamoDB's expressions in no order. */
const expression = fc
  .array(
    fc.constantFrom(
      ...['PK', 'SK', 'a', 'a.b[0]', 'size', '#n', '#m', ':v', ':w', '=', '<>', '<', '(', ')', ','],
      ...['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'SET', 'REMOVE', 'ADD', 'DELETE', '+', '-', '.'],
      ...[
        'attribute_exists(PK)',
        'attribute_not_exists(',
        'begins_with(SK, :v)',
        'size(a)',
        '[9999]',
      ],
      ...[
        'list_append(',
        'if_not_exists(a, :v)',
        'contains(',
        'PK = :v',
        'SET a = :v',
        '\u0000',
        '💥',
      ],
    ),
    { maxLength: 8 },
  )
  .map((words) => words.join(' '));

const KEY = { PK: 'FUZZ', SK: 'ITEM' };
const attributes = object(hostileValue);

function mostly<Value>(usual: Value, ...others: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

/** Values with which a field is mostly right, so that requests get past validation. */
const plausible: Record<string, fc.Arbitrary<unknown>> = {
  item: attributes.map((map) => ({ ...map, ...KEY })),
  key: mostly(KEY, { PK: 'FUZZ' }, { PK: 'FUZZ', SK: 1 }, { PK: '', SK: '' }),
  keys: mostly([KEY, KEY], [KEY, { PK: 'FUZZ' }], []),
  put: attributes.map((map) => [{ ...map, ...KEY }]),
  delete: mostly([{ PK: 'FUZZ', SK: 'OTHER' }], [KEY, KEY], [{}]),
  remove: fc.array(text, { maxLength: 2 }),
  expected: attributes,
  updates: attributes,
  add: object(fc.oneof(number, fc.constant({ $ddb: { SS: ['a'] } }))),
  append: object(fc.array(hostileValue, { maxLength: 2 })),
  remove_from_set: object(fc.constantFrom({ $ddb: { SS: ['a'] } }, { $ddb: { NS: ['1'] } })),
  expression_names: mostly({ '#n': 'a' }, { '#n': 'a', '#m': 'PK' }, { '#': 'a' }, { n: 'a' }),
  expression_values: fc.oneof(
    hostileValue.map((v) => ({ ':v': v })),
    fc.constantFrom({ ':v': 'FUZZ', ':w': 1 }, { ':v': 'FUZZ' }),
  ),
  sort_key: fc
    .tuple(fc.constantFrom('eq', 'lt', 'gte', 'begins_with', 'between'), text)
    .map(([operator, value]) => ({ [operator]: operator === 'between' ? [value, 'x'] : value })),
  last_evaluated_key: mostly(KEY, { PK: 'FUZZ' }, { SK: 1 }),
  limit: mostly(2, 1, 0, -1, 2_147_483_647, 2_147_483_648),
  max_items: mostly(2, 1, 0, 1.5),
  segment: mostly(0, 1, -1),
  total_segments: mostly(2, 1, 0),
  index_name: mostly('GSI1', 'GSI2', 'constructor'),
  select: fc.constant('COUNT'),
};

function fieldValue(field: string): fc.Arbitrary<unknown> {
  const isExpression = /expression$|condition$/.test(field);
  const usual = isExpression ? expression : (plausible[field] ?? fc.boolean());
  return fc.oneof({ weight: 24, arbitrary: usual }, { weight: 1, arbitrary: hostileValue });
}

/** Requests made of a tool's own fields, on their own or over one of its examples. */
export function requestsOf(tool: AnyTool): fc.Arbitrary<object> {
  const { properties = {} } = z.toJSONSchema(tool.input, { unrepresentable: 'any' });
  const names = Object.keys(properties);
  const members = fc
    .subarray(names, { maxLength: Math.min(4, names.length) })
    .chain((fields) =>
      fc.tuple(...fields.map((field) => fc.tuple(fc.constant(field), fieldValue(field)))),
    )
    .map((entries) => Object.fromEntries(entries));
  const bases = fc.constantFrom({}, ...tool.examples.map(({ request }) => request));
  return fc.tuple(bases, members).map(([base, more]) => ({ ...base, ...more }));
}
