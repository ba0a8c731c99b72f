import { describe, expect, test } from 'vitest';
import { ISSUER, keyPolicy, policyProblems, tokenPolicy } from '../../support/policies.ts';

const ALL = { items: '*', tools: '*' };
const VARIABLE = (name: string) => `\${${name}}`;

/** A policy with one grant that has this and that besides. */
const granting = (grant: object) =>
  keyPolicy([{ items: '*', tools: ['put_item', 'get_item'], ...grant }]);
const matching = (matcher: unknown) => granting({ items: { PK: matcher } });
const reading = (read: object) => granting({ tools: ['get_item'], read });
const writing = (write: object) => granting({ write });

const GRANT = 'roles.r.grants[0]';

describe('what a policy is refused for', () => {
  test.each<[string, unknown, string]>([
    ['no version', { ...keyPolicy([ALL]), version: undefined }, 'version: is required'],
    ['a version to come', keyPolicy([ALL], { version: 2 }), 'version: must be 1'],
    ['an unknown member', keyPolicy([ALL], { rules: 1 }), 'rules: there is no such member'],
    [
      'an unknown member of a grant',
      granting({ item: 1 }),
      `${GRANT}.item: there is no such member`,
    ],
    ['a list', [], 'the file: must be an object'],
    ['no principals', keyPolicy([ALL], { principals: [] }), 'principals: must not be empty'],
    ['no grants', keyPolicy([]), 'roles.r.grants: must not be empty'],
    ['no tools', granting({ tools: [] }), `${GRANT}.tools: must not be empty`],
    ['no items', granting({ items: {} }), `${GRANT}.items: must not be empty`],
    ['an empty rule', reading({}), `${GRANT}.read: must not be empty`],
    ['an empty list', matching([]), `${GRANT}.items.PK: must not be empty`],
    ['a name twice', reading({ only: ['a', 'a'] }), `${GRANT}.read.only: names something twice`],
    ['an unknown tool', granting({ tools: ['get'] }), `${GRANT}.tools[0]: there is no such tool`],
    [
      'an unknown table',
      granting({ table: 'Nope' }),
      `${GRANT}.table: there is no such table, only "Main", "Other"`,
    ],
    ['a star inside', matching('A*B'), `${GRANT}.items.PK: "*" is allowed only at the end`],
    ['two stars', matching('A**'), `${GRANT}.items.PK: "*" is allowed only at the end`],
    [
      'a star inside of a list',
      matching(['a', '*b']),
      `${GRANT}.items.PK[1]: "*" is allowed only at the end`,
    ],
    [
      'two variables side by side',
      matching(`${VARIABLE('principal')}${VARIABLE('principal')}`),
      `${GRANT}.items.PK: two variables must have something between them`,
    ],
    [
      'a variable before the star',
      matching(`A#${VARIABLE('principal')}*`),
      `${GRANT}.items.PK: something must stand between a variable and the "*" at the end, or its value has no end`,
    ],
    [
      'an unknown variable',
      matching(`A#${VARIABLE('tenant')}`),
      `${GRANT}.items.PK: has a variable that no principal with this role has among its \`vars\``,
    ],
    [
      'an unknown variable of a list',
      matching(['a', VARIABLE('x')]),
      `${GRANT}.items.PK[1]: has a variable that no principal with this role has among its \`vars\``,
    ],
    [
      'an unknown variable that is set',
      writing({ set: { by: VARIABLE('x') } }),
      `${GRANT}.write.set.by: has a variable that no principal with this role has among its \`vars\``,
    ],
    [
      'what is nearly a variable',
      matching('a${'),
      `${GRANT}.items.PK: a variable is written ${VARIABLE('name')}, its name of letters, digits, "_" and "-"`,
    ],
    [
      'a variable without a name',
      matching(`a${VARIABLE('')}`),
      `${GRANT}.items.PK: a variable is written ${VARIABLE('name')}, its name of letters, digits, "_" and "-"`,
    ],
    [
      'two types between',
      matching({ between: [1, 'a'] }),
      `${GRANT}.items.PK.between: must be two texts or two numbers`,
    ],
    [
      'the wrong order',
      matching({ between: ['b', 'a'] }),
      `${GRANT}.items.PK.between: must begin with the lower value`,
    ],
    [
      'the wrong order of numbers',
      matching({ between: [10, 9] }),
      `${GRANT}.items.PK.between: must begin with the lower value`,
    ],
    [
      'a star between',
      matching({ between: ['a*', 'b'] }),
      `${GRANT}.items.PK.between: neither "*" nor variables are allowed here`,
    ],
    [
      'one value between',
      matching({ between: [1] }),
      `${GRANT}.items.PK.between: must be two values, the lower one first`,
    ],
    [
      'contains on items',
      matching({ contains: 1 }),
      `${GRANT}.items.PK: must be a value, a list of values, {exists: …} or {between: [a, b]}`,
    ],
    [
      'a huge number',
      matching(1e200),
      `${GRANT}.items.PK: a number must have at most 38 digits and be between 1E-130 and 9.99E+125`,
    ],
    [
      'a huge predicate',
      granting({ items: { a: Array.from({ length: 101 }, (_, index) => `${index}*`) } }),
      `${GRANT}.items: makes an expression of more than 1 KB or 100 operators`,
    ],
    [
      'an attribute masked twice',
      reading({ redact: ['a'], hash: ['a'] }),
      `${GRANT}.read.hash: "a" is also in \`redact\``,
    ],
    [
      'hiding what is shown',
      reading({ only: ['a'], hide: ['a'] }),
      `${GRANT}.read.hide: "a" is shown by \`only\`, \`redact\` or \`hash\``,
    ],
    [
      'create_only with replace',
      writing({ create_only: true, replace: true }),
      `${GRANT}.write.replace: contradicts create_only`,
    ],
    [
      'values of what is not written',
      writing({ only: ['a'], values: { b: [1] } }),
      `${GRANT}.write.values.b: is not in \`only\`, so that it is never written`,
    ],
    [
      'leading to what may not be',
      writing({ values: { a: ['x'] }, transitions: { a: { x: ['y'] } } }),
      `${GRANT}.write.transitions.a.x[0]: is not among the \`values\` of the attribute`,
    ],
    [
      'transitions of two types',
      writing({ transitions: { a: { 1: [2], 2: ['3'] } } }),
      `${GRANT}.write.transitions.a: must lead to values of one type`,
    ],
    [
      'transitions from another type',
      writing({ transitions: { a: { x: [2] } } }),
      `${GRANT}.write.transitions.a.x: must be of the type of the values that may follow`,
    ],
    [
      'a preset that may be written',
      writing({ only: ['a'], set: { a: 1 } }),
      `${GRANT}.write.set.a: is set by the service, but is also in \`only\``,
    ],
    [
      'expecting what is not shown',
      granting({ read: { only: ['a'] }, write: { only: ['b'], require_expected: ['b'] } }),
      `${GRANT}.write.require_expected: "b" cannot be read plainly, so that nobody could expect it`,
    ],
    [
      'a rate of nothing',
      keyPolicy([], { roles: { r: { grants: [ALL], limits: { requests: '0/s' } } } }),
      'roles.r.limits.requests: must be a rate such as 50/s, 3000/min, 1000/h or 100000/day',
    ],
    [
      'an unknown period',
      keyPolicy([], { roles: { r: { grants: [ALL], limits: { requests: '5/week' } } } }),
      'roles.r.limits.requests: must be a rate such as 50/s, 3000/min, 1000/h or 100000/day',
    ],
    [
      'confirmation by nobody',
      keyPolicy([], { roles: { r: { grants: [ALL], confirm: { tools: '*', by: 'me' } } } }),
      'roles.r.confirm.by: must be human or code',
    ],
    [
      'confirmation of an unknown tool',
      keyPolicy([], { roles: { r: { grants: [ALL], confirm: { tools: ['x'], by: 'code' } } } }),
      'roles.r.confirm.tools[0]: there is no such tool',
    ],
    [
      'confirmation of a tool that reads',
      keyPolicy([], { roles: { r: { grants: [ALL], confirm: { tools: ['scan'], by: 'code' } } } }),
      'roles.r.confirm.tools[0]: only reads: there is nothing to confirm',
    ],
    [
      'an unknown role',
      keyPolicy([ALL], { principals: [{ api_key: 'me', role: 'x' }] }),
      'principals[0].role: there is no such role',
    ],
    [
      'a role that every object has',
      keyPolicy([ALL], { principals: [{ api_key: 'me', role: 'constructor' }] }),
      'principals[0].role: there is no such role',
    ],
    [
      'an unknown issuer',
      keyPolicy([ALL], { principals: [{ issuer: 'x', role: 'r' }] }),
      'principals[0].issuer: there is no such issuer',
    ],
    [
      'an unknown key',
      keyPolicy([ALL], { principals: [{ api_key: 'x', role: 'r' }] }),
      'principals[0].api_key: API_KEYS has no key of this name',
    ],
    [
      'nobody',
      keyPolicy([ALL], { principals: [{ role: 'r' }] }),
      'principals[0]: must have exactly one of issuer, api_key and transport',
    ],
    [
      'two at once',
      keyPolicy([ALL], { principals: [{ api_key: 'me', transport: 'stdio', role: 'r' }] }),
      'principals[0]: must have exactly one of issuer, api_key and transport',
    ],
    [
      'claims of a key',
      keyPolicy([ALL], { principals: [{ api_key: 'me', role: 'r', claims: { a: 1 } }] }),
      'principals[0].claims: only tokens have claims: name the issuer',
    ],
    [
      'a claim of a key',
      keyPolicy([ALL], { principals: [{ api_key: 'me', role: 'r', vars: { a: 'claims.a' } }] }),
      'principals[0].vars.a: only tokens have claims; write {value: …}',
    ],
    [
      'a variable of nothing',
      tokenPolicy({ vars: { a: 'tenant' } }, [ALL]),
      'principals[0].vars.a: must be a claim, as in claims.tenant, or {value: …}',
    ],
    [
      'a variable that is there',
      tokenPolicy({ vars: { principal: 'claims.a' } }, [ALL]),
      'principals[0].vars.principal: exists anyway, and cannot be set',
    ],
    [
      'a variable in a claim',
      tokenPolicy({ claims: { a: VARIABLE('a') } }, [ALL]),
      'principals[0].claims.a: variables are not allowed in what selects a role',
    ],
    [
      'a star inside of a claim',
      tokenPolicy({ claims: { a: 'a*b' } }, [ALL]),
      'principals[0].claims.a: "*" is allowed only at the end',
    ],
    [
      'a bad pointer',
      tokenPolicy({ claims: { '/a~b': 1 } }, [ALL]),
      'principals[0].claims["/a~b"]: in a JSON pointer "~" is written "~0"',
    ],
    [
      'no public_url',
      tokenPolicy({}, [ALL], { public_url: undefined }),
      'public_url: is required where there are issuers',
    ],
    [
      'a public_url with a path',
      tokenPolicy({}, [ALL], { public_url: 'https://a.example/mcp' }),
      'public_url: must be without a path, as in https://db.example.com',
    ],
    [
      'an open public_url',
      tokenPolicy({}, [ALL], { public_url: 'http://a.example' }),
      'public_url: must be https, except on this machine',
    ],
    [
      'scopes of nobody',
      keyPolicy([ALL], { scopes: { a: ['read'] } }),
      'scopes: only tokens have scopes: there is no issuer',
    ],
    [
      'an unknown effect',
      tokenPolicy({}, [ALL], { scopes: { a: ['reads'] } }),
      'scopes.a[0]: must be read, write or destructive',
    ],
    [
      'a revocation of all',
      tokenPolicy({}, [ALL], { revoked: [{ issuer: 'main' }] }),
      'revoked[0]: must name sub, jti, client_id or issued_before',
    ],
    [
      'a revocation by nobody',
      tokenPolicy({}, [ALL], { revoked: [{ issuer: 'x', sub: 'y' }] }),
      'revoked[0].issuer: there is no such issuer',
    ],
    [
      'a time that is none',
      tokenPolicy({}, [ALL], { revoked: [{ issuer: 'main', issued_before: '2026' }] }),
      'revoked[0].issued_before: must be a time such as 2026-11-01T00:00:00Z',
    ],
  ])('%s', (_, policy, problem) => {
    expect(policyProblems(policy)).toEqual([problem]);
  });
});

describe('issuers', () => {
  const issued = (issuer: object, name = 'main') =>
    policyProblems({
      ...tokenPolicy({ issuer: name }, [ALL]),
      issuers: { [name]: { ...ISSUER, ...issuer } },
    });
  const HS = 'HS algorithms are never taken: whoever can check such a token can make one';
  const NAME =
    'the name of an issuer is a letter, then letters, digits, "_", "." and "-"; not "key" or "stdio"';

  test.each<[object, string]>([
    [{ algorithms: ['HS256'] }, `algorithms[0]: ${HS}`],
    [{ algorithms: ['hs512'] }, `algorithms[0]: ${HS}`],
    [{ algorithms: ['none'] }, 'algorithms[0]: must be one of RS256, PS256, ES256, EdDSA'],
    [{ algorithms: [] }, 'algorithms: must not be empty'],
    [{ audience: [] }, 'audience: must not be empty'],
    [{ issuer: 'http://auth.example.com' }, 'issuer: must be https, except on this machine'],
    [{ issuer: 'http://127.0.0.1.evil.example' }, 'issuer: must be https, except on this machine'],
    [{ issuer: 'http://10.0.0.1' }, 'issuer: must be https, except on this machine'],
    [{ issuer: 'auth' }, 'issuer: must be a URL such as https://auth.example.com'],
    [
      { jwks_uri: 'http://auth.example.com/jwks' },
      'jwks_uri: must be https, except on this machine',
    ],
    [{ audience_claim: 'azp' }, 'audience_claim: must be aud or client_id'],
  ])('%j', (issuer, problem) => {
    expect(issued(issuer)).toEqual([`issuers.main.${problem}`]);
  });

  test.each(['http://localhost:4000', 'http://127.0.0.1:1', 'http://[::1]'])(
    '%s is this machine',
    (issuer) => {
      expect(issued({ issuer, jwks_uri: `${issuer}/jwks` })).toEqual([]);
    },
  );

  test('have keys in one place', () => {
    const problem = 'issuers.main: must have exactly one of jwks_uri and jwks_file';
    expect(issued({ jwks_uri: undefined })).toEqual([problem]);
    expect(issued({ jwks_file: '/keys.json' })).toEqual([problem]);
  });

  test.each(['key', 'stdio', 'a:b', ''])('are not named %j, as other principals are', (name) => {
    expect(issued({}, name)).toContain(
      name === ''
        ? 'issuers[""]: a name must not be empty'
        : `issuers${/\W/.test(name) ? `[${JSON.stringify(name)}]` : `.${name}`}: ${NAME}`,
    );
  });
});

test('all problems are told at once, with their lines and in our own words', () => {
  const text = [
    'version: 1',
    'mode: loud',
    'principals:',
    '  - { api_key: nobody, role: r }',
    'roles:',
    '  r:',
    '    grants:',
    '      - items: { PK: "a*b" }',
    '        tools: [fly]',
    '      - { items: 7, tools: get_item }',
  ].join('\n');

  expect(policyProblems(text)).toEqual([
    'mode: must be enforce or observe',
    'principals[0].api_key: API_KEYS has no key of this name',
    'roles.r.grants[0].items.PK: "*" is allowed only at the end',
    'roles.r.grants[0].tools[0]: there is no such tool',
    'roles.r.grants[1].items: must be "*" for all items, or attributes and what they must be',
    'roles.r.grants[1].tools: must be "*" or a list of tools',
  ]);
});
