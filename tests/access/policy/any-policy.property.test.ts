import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemLines } from '../../../src/access/policy/problems.ts';
import { readPolicy } from '../../../src/access/policy/read.ts';
import { bearer, ISSUER, KNOWN } from '../../support/policies.ts';

/** A policy with every member. */
const WHOLE = {
  version: 1,
  mode: 'enforce',
  public_url: 'https://db.example.com',
  issuers: { main: { ...ISSUER, audience_claim: 'aud', scope_claim: 'scope' } },
  scopes: { read: ['read'] },
  principals: [
    {
      issuer: 'main',
      claims: { a: 'x*', b: [1], c: { between: [1, 2] }, d: { contains: 'x' } },
      role: 'r',
      vars: { t: 'claims.t' },
    },
    { api_key: 'me', role: 'r', vars: { t: { value: 1 } } },
    { transport: 'stdio', role: 'r' },
  ],
  revoked: [{ issuer: 'main', sub: 'x', issued_before: '2026-11-01T00:00:00Z' }],
  roles: {
    r: {
      grants: [
        {
          items: { PK: `A#\${t}#*`, n: { between: [1, 2] }, x: ['a', 2], e: { exists: true } },
          tools: ['get_item', 'put_item'],
          indexes: ['I'],
          read: { only: ['a'], redact: ['b'] },
        },
        {
          items: '*',
          tools: '*',
          table: 'Other',
          write: {
            only: ['s'],
            values: { s: ['a', 'b'] },
            transitions: { s: { a: ['b'] } },
            set: { by: `\${principal}` },
            require_expected: ['r'],
            replace: true,
          },
        },
      ],
      limits: { requests: '5/s', concurrency: 1 },
      confirm: { tools: ['delete_item'], by: 'human' },
    },
  },
  limits: { replicas: 2 },
  audit: { keys: 'hash', required: true },
};

const places = (value: unknown, path: string[] = []): string[][] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => places(member, [...path, name]))
    : []),
];

function replaceAt(value: unknown, path: readonly string[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    name === step ? replaceAt(member, rest, by) : member,
  ]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    '*',
    '',
    'a*b',
    '${',
    `\${t}`,
    `\${constructor}`,
    1e200,
    -0,
    1.5,
    null,
    [],
    {},
    [[]],
    'constructor',
    '\ud800',
  ),
  fc.constantFrom<unknown>(
    { constructor: [1] },
    { between: [2, 1] },
    { exists: 1 },
    ['get_item'],
    { a: { b: [1, 'x'] } },
    { '': 1 },
  ),
  fc.jsonValue(),
);

test('whatever stands in a policy, it is taken or refused in our own words', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...places(WHOLE)), anything), {
        minLength: 1,
        maxLength: 3,
      }),
      (changes) => {
        const policy = changes.reduce<unknown>(
          (value, [path, by]) => replaceAt(value, path, by),
          WHOLE,
        );

        const reading = readPolicy(JSON.stringify(policy), KNOWN);

        const told = reading.problems.map(({ message }) => message).join('\n');
        expect(told).not.toMatch(/invalid|expected |received|zod|undefined/i);
        expect(reading.policy === undefined).toBe(told !== '');
        // What is taken can be asked.
        reading.policy?.roleOf(bearer({ a: 'x', b: 1, c: 1, d: ['x'], t: 'acme' }));
        reading.policy?.roleOf({ kind: 'key', name: 'me' });
      },
    ),
    { numRuns: 1_500 },
  );
});

test('a policy with every member is good', () => {
  expect(problemLines(readPolicy(JSON.stringify(WHOLE), KNOWN).problems)).toEqual([]);
});

test('whatever text it is, it is taken or refused', () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '-',
    '{',
    '}',
    '[',
    ']',
    '*',
    '&',
    '!',
    '|',
    '>',
    '"',
    "'",
    '#',
    '%',
    '?',
    '<<',
    '\t',
    '---',
    'version: 1\n',
    '1',
    '~',
  );
  fc.assert(
    fc.property(fc.string({ unit: pieces, maxLength: 30 }), (text) => {
      const { problems } = readPolicy(text, KNOWN);

      expect(problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 1_500 },
  );
});
