import { expect, test } from 'vitest';
import { fitProblems, fitWarnings } from '../../../src/access/policy/fit.ts';
import { problemLines } from '../../../src/access/policy/problems.ts';
import { readTableSchema } from '../../../src/dynamodb/tables/table-schema.ts';
import { keyPolicy, policyOf } from '../../support/policies.ts';

const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

const MAIN = readTableSchema({
  AttributeDefinitions: [
    { AttributeName: 'PK', AttributeType: 'S' },
    { AttributeName: 'SK', AttributeType: 'N' },
    { AttributeName: 'owner', AttributeType: 'S' },
    { AttributeName: 'blob', AttributeType: 'B' },
  ],
  KeySchema: key('PK', 'SK'),
  GlobalSecondaryIndexes: [
    { IndexName: 'ALL', KeySchema: key('owner', 'SK'), Projection: { ProjectionType: 'ALL' } },
    {
      IndexName: 'FEW',
      KeySchema: key('owner', 'blob'),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['kind'] },
    },
    {
      IndexName: 'KEYS',
      KeySchema: key('owner', 'SK'),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});
const SCHEMAS = new Map([['Main', MAIN]]);

const lines = (problems: Parameters<typeof problemLines>[0]) =>
  problemLines(problems).map((line) =>
    line.replace(/^roles\.r\.grants\[0\]\.?/, '').replace(/ \(line \d+\)/, ''),
  );

const GOOD = { items: { PK: 'A#*' }, tools: '*' };

test.each<[string, object, string[]]>([
  ['what fits', { indexes: '*', read: { only: ['x', 'PK'] } }, []],
  ['text for a text', { items: { PK: ['a', 'b*'] } }, []],
  [
    'a number for a text',
    { items: { PK: 1 } },
    ['items.PK: is a text in a key, which this never matches'],
  ],
  [
    'a text for a number',
    { items: { SK: 'a' } },
    ['items.SK: is a number in a key, which this never matches'],
  ],
  [
    'texts for a number',
    { items: { SK: { between: ['a', 'b'] } } },
    ['items.SK: is a number in a key, which this never matches'],
  ],
  [
    'a truth value',
    { items: { PK: ['a', true] } },
    ['items.PK: is a text in a key, which this never matches'],
  ],
  [
    'a text for binary',
    { items: { blob: 'a' } },
    ['items.blob: is binary in a key, which this never matches'],
  ],
  [
    'a key that is absent',
    { items: { PK: { exists: false } } },
    ['items.PK: is a key attribute, which every item has'],
  ],
  ["an index's key that is absent", { items: { owner: { exists: false } } }, []],
  [
    'a hidden key',
    { read: { hide: ['SK'] } },
    ['read.hide: "SK" is a key attribute, which is always shown'],
  ],
  [
    'a masked key',
    { tools: ['get_item'], read: { hash: ['PK'] } },
    ['read.hash: "PK" is a key attribute, which is always shown'],
  ],
  [
    'a redacted key',
    { tools: ['get_item'], read: { redact: ['PK'] } },
    ['read.redact: "PK" is a key attribute, which is always shown'],
  ],
  [
    'a key that is set',
    { write: { set: { SK: 1 } } },
    ['write.set.SK: is a key attribute, which the caller gives'],
  ],
  [
    'an unknown index',
    { indexes: ['NOPE'] },
    ['indexes: the table has no index "NOPE"; it has "ALL", "FEW", "KEYS"'],
  ],
  [
    'an index that projects enough',
    { items: { kind: 'a', SK: 1, owner: 'b' }, indexes: ['FEW', 'ALL'] },
    [],
  ],
  [
    'an index that does not',
    { items: { PK: 'a', status: 'a' }, indexes: ['FEW'] },
    ['indexes: the index "FEW" does not project "status", which `items` requires'],
  ],
  [
    'all indexes',
    { items: { kind: 'a' }, indexes: '*' },
    ['indexes: the index "KEYS" does not project "kind", which `items` requires'],
  ],
  ['another table', { table: 'Other', items: { PK: 1 } }, []],
])('%s', (_, grant, problems) => {
  const policy = policyOf(keyPolicy([{ ...GOOD, ...grant }]));

  expect(lines(fitProblems(policy, SCHEMAS))).toEqual(problems);
});

test('warns of tenants that are not in the key', () => {
  const policy = (vars: object) =>
    policyOf(
      keyPolicy([{ ...GOOD, items: { owner: `\${principal}` } }], {
        principals: [{ api_key: 'me', role: 'r', ...vars }],
      }),
    );

  expect(lines(fitWarnings(policy({ vars: { a: { value: 'x' } } }), SCHEMAS))).toEqual([
    'items: says nothing of the partition key "PK": tenants belong in the key, or their writes tell each other what exists',
  ]);
  expect(fitWarnings(policy({}), SCHEMAS)).toEqual([]);
});
