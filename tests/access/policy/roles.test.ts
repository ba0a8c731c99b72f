import { describe, expect, test } from 'vitest';
import { problemLines } from '../../../src/access/policy/problems.ts';
import {
  bearer,
  ISSUER,
  keyPolicy,
  policyOf,
  policyProblems,
  roleFor,
  tokenPolicy,
} from '../../support/policies.ts';

const ALL = { items: '*', tools: '*' };
const TENANT = `TENANT#\${tenant}#*`;
const isFor = (claims: object, given: Record<string, unknown>) =>
  roleFor(tokenPolicy({ claims }, [ALL]), given) !== undefined;

describe('a claim', () => {
  test.each<[unknown, unknown, boolean]>([
    ['a', 'a', true],
    ['a', 'A', false],
    ['a', ['a'], false],
    ['a*', 'abc', true],
    ['a*', 'ba', false],
    ['a*', ['abc'], false],
    [1, 1, true],
    [1, '1', false],
    ['1', 1, false],
    [true, true, true],
    [true, 'true', false],
    [['a', 'b*'], 'bc', true],
    [['a', 'b*'], 'c', false],
    [{ exists: true }, 'x', true],
    [{ exists: true }, null, false],
    [{ exists: true }, undefined, false],
    [{ exists: false }, undefined, true],
    [{ exists: false }, 0, false],
    [{ between: [1, 3] }, 3, true],
    [{ between: [1, 3] }, 3.5, false],
    [{ between: [1, 3] }, '2', false],
    [{ between: ['a', 'c'] }, 'bb', true],
    [{ between: ['a', 'c'] }, 2, false],
    [{ contains: 'dba' }, ['user', 'dba'], true],
    [{ contains: 'dba' }, ['dbas'], false],
    [{ contains: 'dba*' }, ['dbas'], true],
    [{ contains: 'dba' }, 'user dba', false],
    [{ contains: 'dba' }, 'dba', false],
    [{ contains: 'dba' }, { 0: 'dba' }, false],
  ])('%j is met by %j: %j', (matcher, claim, met) => {
    expect(isFor({ c: matcher }, { c: claim })).toBe(met);
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ['/a/b', { a: { b: 'x' } }, true],
    ['/a/0', { a: ['x'] }, true],
    ['/a~1b/~0', { 'a/b': { '~': 'x' } }, true],
    ['/a/b', { '/a/b': 'x' }, false],
    ['a.b', { 'a.b': 'x' }, true],
    ['a.b', { a: { b: 'x' } }, false],
    ['https://x.example/c', { 'https://x.example/c': 'x' }, true],
  ])('named %s in %j: %j', (name, claims, found) => {
    expect(isFor({ [name]: 'x' }, claims)).toBe(found);
  });

  test.each(['constructor', 'toString', '__proto__', '/constructor/name', '/a/length'])(
    'is what the token itself holds: not %s',
    (name) => {
      const policy = JSON.stringify(tokenPolicy({ claims: { NAME: { exists: true } } }, [ALL]));
      if (name === '__proto__') return;

      expect(roleFor(policy.replace('NAME', name), { a: [1] })).toBeUndefined();
    },
  );
});

describe('the role of somebody', () => {
  const policy = policyOf({
    version: 1,
    public_url: 'https://db.example.com/',
    issuers: { main: ISSUER, other: { ...ISSUER, issuer: 'https://other.example.com' } },
    principals: [
      { issuer: 'main', claims: { admin: true, tenant: 'acme' }, role: 'first' },
      { issuer: 'main', role: 'second' },
      { api_key: 'me', role: 'first' },
      { transport: 'stdio', role: 'second' },
    ],
    roles: { first: { grants: [ALL] }, second: { grants: [ALL] } },
  });

  test('is that of the first entry whose claims all fit', () => {
    expect(policy.roleOf(bearer({ admin: true, tenant: 'acme' }))?.name).toBe('first');
    expect(policy.roleOf(bearer({ admin: true }))?.name).toBe('second');
  });

  test('is that of its own kind', () => {
    expect(policy.roleOf({ kind: 'key', name: 'me' })).toMatchObject({
      name: 'first',
      principal: 'key:me',
    });
    expect(policy.roleOf({ kind: 'key', name: 'dashboard' })).toBeUndefined();
    expect(policy.roleOf({ kind: 'stdio' })).toMatchObject({ name: 'second', principal: 'stdio' });
    expect(policy.roleOf({ ...bearer({}), issuer: 'other' })).toBeUndefined();
  });

  test('is made once for somebody', () => {
    const somebody = bearer({});

    expect(policy.roleOf(somebody)).toBe(policy.roleOf(somebody));
  });

  test('has limits in numbers', () => {
    const limits = {
      requests: '50/s',
      read_units: '3000/min',
      write_units: '7/h',
      items_written: '9/day',
      concurrency: 4,
    };
    const limited = policyOf(
      keyPolicy([], { roles: { r: { grants: [ALL], limits } }, limits: { replicas: 3 } }),
    );

    expect(limited.roleOf({ kind: 'key', name: 'me' })?.limits).toEqual({
      requests: { count: 50, seconds: 1 },
      readUnits: { count: 3000, seconds: 60 },
      writeUnits: { count: 7, seconds: 3600 },
      itemsWritten: { count: 9, seconds: 86_400 },
      concurrency: 4,
      replicas: 3,
    });
  });
});

describe('a variable', () => {
  const policy = tokenPolicy({ vars: { tenant: 'claims.tenant' } }, [
    { items: { PK: TENANT }, tools: '*' },
  ]);
  const boundTo = (tenant: unknown) => roleFor(policy, { tenant })?.grants[0]?.items.get('PK');

  test.each<[unknown, string]>([
    ['acme', 'acme'],
    ['a*', 'a*'],
    ['ünï ☃', 'ünï ☃'],
    [42, '42'],
    [-7, '-7'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['x'.repeat(256), 'x'.repeat(256)],
  ])('has the value %j', (tenant, text) => {
    expect(boundTo(tenant)).toEqual({ is: 'prefix', text: `TENANT#${text}#` });
  });

  test.each([
    '',
    'a#',
    '#',
    'a#b',
    1.5,
    2 ** 53,
    JSON.rawJSON('9007199254740993'),
    true,
    null,
    undefined,
    ['acme'],
    { a: 1 },
    '\ud800',
    'x'.repeat(257),
    'ü'.repeat(129),
  ])('has no value of %j: no grant', (tenant) => {
    expect(roleFor(policy, { tenant })).toMatchObject({ name: 'r', grants: [] });
  });

  test('ends at the character behind it in equalities too', () => {
    const equal = tokenPolicy({ vars: { a: 'claims.a', b: 'claims.b' } }, [
      { items: { PK: `\${a}-\${b}` }, tools: '*' },
    ]);

    expect(roleFor(equal, { a: 'x', b: 'y-z' })?.grants[0]?.items.get('PK')).toEqual({
      is: 'equal',
      value: 'x-y-z',
    });
    expect(roleFor(equal, { a: 'x-y', b: 'z' })?.grants).toEqual([]);
  });

  test('without a value leaves out only the grants that have it', () => {
    const both = tokenPolicy({ vars: { tenant: 'claims.tenant' } }, [
      { items: { PK: ['SHARED', TENANT] }, tools: ['get_item'] },
      { items: '*', tools: ['put_item'], write: { set: { by: `\${tenant}` } } },
      { items: '*', tools: ['scan'] },
    ]);

    expect(roleFor(both, {})?.grants.map(({ name }) => name)).toEqual(['r.grants[2]']);
  });

  test('may be the same for everybody of an entry', () => {
    const fixed = keyPolicy([{ items: { PK: TENANT }, tools: '*' }], {
      principals: [{ api_key: 'me', role: 'r', vars: { tenant: { value: 'acme' } } }],
    });

    const [grant] = policyOf(fixed).roleOf({ kind: 'key', name: 'me' })?.grants ?? [];
    expect(grant?.items.get('PK')).toEqual({ is: 'prefix', text: 'TENANT#acme#' });
  });
});

test('a grant says what is not written down as the guard reads it', () => {
  const [plain, full] =
    policyOf(
      keyPolicy([
        ALL,
        {
          table: 'Other',
          items: { a: { exists: true }, n: { between: [1, 2] } },
          tools: ['update_item'],
          indexes: ['I'],
          read: { only: ['x'], hash: ['y'] },
          write: {
            only: ['level', 'x'],
            transitions: { level: { 1: [2, 3] } },
            set: { by: `\${principal} *`, on: true },
            upsert: true,
          },
        },
      ]),
    ).roleOf({ kind: 'key', name: 'me' })?.grants ?? [];

  expect(plain).toEqual({
    name: 'r.grants[0]',
    table: 'Main',
    items: new Map(),
    tools: '*',
    indexes: new Set(),
    read: undefined,
    write: undefined,
  });
  expect(full).toEqual({
    name: 'r.grants[1]',
    table: 'Other',
    items: new Map<string, unknown>([
      ['a', { is: 'present', present: true }],
      ['n', { is: 'between', low: 1, high: 2 }],
    ]),
    tools: new Set(['update_item']),
    indexes: new Set(['I']),
    read: { only: new Set(['x']), hide: new Set(), redact: new Set(), hash: new Set(['y']) },
    write: {
      only: new Set(['level', 'x']),
      values: new Map(),
      transitions: new Map([['level', [{ from: 1, to: [2, 3] }]]]),
      set: new Map<string, unknown>([
        ['by', 'key:me *'],
        ['on', true],
      ]),
      requireExpected: [],
      createOnly: false,
      replace: false,
      upsert: true,
    },
  });
});

describe('grants of one role', () => {
  const MASKED = { items: '*', tools: ['get_item'], read: { redact: ['a'] } };
  const CAN = 'whoever may write a guess can learn what is masked';

  test.each<[string, object, string[]]>([
    [
      'another that writes it',
      { items: '*', tools: ['put_item'] },
      [`roles.r.grants[0].read.redact[0]: "a" can be written through roles.r.grants[1]: ${CAN}`],
    ],
    [
      'another that may write all',
      { items: '*', tools: '*' },
      [`roles.r.grants[0].read.redact[0]: "a" can be written through roles.r.grants[1]: ${CAN}`],
    ],
    ['one that writes others', { items: '*', tools: ['put_item'], write: { only: ['b'] } }, []],
    ['one that reads others', { items: '*', tools: ['put_item'], read: { only: ['b'] } }, []],
    ['one that masks it too', { items: '*', tools: ['put_item'], read: { hash: ['a'] } }, []],
    ['one that hides it', { items: '*', tools: ['put_item'], read: { hide: ['a'] } }, []],
    ['one that deletes', { items: '*', tools: ['delete_item'] }, []],
    ['one of another table', { table: 'Other', items: '*', tools: ['put_item'] }, []],
  ])('a masked attribute beside %s', (_, other, problems) => {
    expect(policyProblems(keyPolicy([MASKED, other]))).toEqual(problems);
  });

  test('a grant that writes what it masks', () => {
    const grant = { items: '*', tools: '*', read: { hash: ['a'] }, write: { only: ['a'] } };

    expect(policyProblems(keyPolicy([grant]))).toEqual([
      `roles.r.grants[0].read.hash[0]: "a" can be written through this grant: ${CAN}`,
    ]);
  });

  const SETS =
    'roles.r.grants[1].write.set: must be that of roles.r.grants[0], which can cover the same write';
  test.each<[object | string, object | string, string[]]>([
    ['*', '*', [SETS]],
    [{ a: 'x' }, { a: 'x' }, [SETS]],
    [{ a: 'x' }, { b: 'y' }, [SETS]],
    [{ a: 'x' }, { a: 'y' }, []],
    [{ a: 1 }, { a: '1' }, []],
    [{ a: 'x*' }, { a: 'xy' }, [SETS]],
    [{ a: 'x*' }, { a: 'xy*' }, [SETS]],
    [{ a: 'x*' }, { a: 'y*' }, []],
    [{ a: 'x' }, { a: ['x', 'y'] }, [SETS]],
    [{ a: 'z' }, { a: ['x', 'y'] }, []],
    [{ a: { exists: false } }, { a: 'x' }, []],
    [{ a: { exists: true } }, { a: 'x' }, [SETS]],
    [{ a: { between: [1, 3] } }, { a: 2 }, [SETS]],
    [{ a: { between: [1, 3] } }, { a: 4 }, []],
    [{ a: `T#\${principal}#*` }, { a: 'T#x#1' }, [SETS]],
    [{ a: `T#\${principal}#*` }, { a: 'U#x' }, []],
  ])('presets that differ, on %j and %j', (one, other, problems) => {
    const grants = [
      { items: one, tools: ['put_item'], write: { set: { by: 1 } } },
      { items: other, tools: ['put_item'], write: { set: { by: 2 } } },
    ];

    expect(policyProblems(keyPolicy(grants))).toEqual(problems);
  });

  test('presets of a grant that cannot be understood', () => {
    const put = { items: { a: 1e200 }, tools: ['put_item'], write: { set: { by: 1 } } };

    expect(
      policyProblems(keyPolicy([put, { ...put, items: '*', write: { set: { by: 2 } } }])),
    ).toEqual([
      'roles.r.grants[0].items.a: a number must have at most 38 digits and be between 1E-130 and 9.99E+125',
    ]);
  });

  test('presets that are the same, or of other tools', () => {
    const put = { items: '*', tools: ['put_item'], write: { set: { by: 1 } } };

    expect(policyProblems(keyPolicy([put, put]))).toEqual([]);
    expect(policyProblems(keyPolicy([put, { items: '*', tools: ['update_item'] }]))).toEqual([]);
  });
});

test.each<[string, object, RegExp]>([
  [
    'hide',
    keyPolicy([{ items: '*', tools: ['get_item'], read: { hide: ['a'] } }]),
    /^roles\.r\.grants\[0]\.read\.hide \(line \d+\): new attributes would be visible/,
  ],
  [
    'deleting and putting beside transitions',
    keyPolicy([{ items: '*', tools: '*', write: { transitions: { a: { x: ['y'] } } } }]),
    /an item can be deleted and put again/,
  ],
  ['observing', keyPolicy([ALL], { mode: 'observe' }), /^mode .*: nothing is refused/],
  [
    'a role of nobody',
    keyPolicy([ALL], { roles: { r: { grants: [ALL] }, idle: { grants: [ALL] } } }),
    /^roles\.idle .*: nobody has this role/,
  ],
  [
    'a rule for writing that nothing uses',
    keyPolicy([{ items: '*', tools: ['get_item'], write: { only: ['a'] } }]),
    /has no effect/,
  ],
])('warns of %s', (_, policy, warning) => {
  expect(problemLines(policyOf(policy).warnings)).toEqual([expect.stringMatching(warning)]);
});
