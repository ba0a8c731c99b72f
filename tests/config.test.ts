import { describe, expect, test } from 'vitest';
import { ENVIRONMENT, parseConfig } from '../src/config.ts';
import { configProblems } from './support/config-problems.ts';

const SECRET = 's3cr3t-v4lue';
const HASH = 'a1'.repeat(32);

const DEFAULTS = {
  DYNAMODB_TABLE_NAME: 'MedAssureAI_Artifacts',
  LOG_LEVEL: 'info',
  ENVIRONMENT: 'development',
  HOST: '0.0.0.0',
  PORT: 8002,
  API_KEYS: [],
  TRUSTED_PROXIES: [],
  ALLOW_UNAUTHENTICATED: false,
  READ_ONLY: false,
  REQUEST_DEADLINE_MS: 10_000,
  MAX_ATTEMPTS: 4,
  CONNECT_TIMEOUT_MS: 1_000,
  MAX_IN_FLIGHT: 256,
  MAX_QUEUE: 512,
  MAX_BODY_BYTES: 16_777_216,
  MAX_RESULT_BYTES: 8_388_608,
  MAX_PAGES: 50,
  MAX_BATCH_ENTRIES: 1_000,
  DRAIN_DELAY_MS: 2_000,
};

/** Every variable of the service, with the same value. */
function everywhere(value: string): Record<string, string> {
  return Object.fromEntries(Object.keys(ENVIRONMENT.shape).map((name) => [name, value]));
}

describe('what is read', () => {
  test('nothing needs to be set', () => {
    expect(parseConfig({}, { local: false })).toMatchObject(DEFAULTS);
    expect(parseConfig({ HOME: '/root', PATH: '/bin' }, { local: true })).toMatchObject({
      ...DEFAULTS,
      HOST: '127.0.0.1',
    });
  });

  test.each(['', '  ', '\t'])('a variable that is %j counts as absent', (empty) => {
    const config = parseConfig(everywhere(empty), { local: false });

    expect(config).toEqual(parseConfig({}, { local: false }));
  });

  test('everything can be set', () => {
    const environment = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: 'token',
      DYNAMODB_TABLE_NAME: 'My_table-1.0',
      DYNAMODB_ENDPOINT_URL: 'http://localhost:8000',
      ENVIRONMENT: 'staging',
      HOST: '::1',
    };
    const parsed = {
      PORT: 0,
      REQUEST_DEADLINE_MS: 500,
      MAX_ATTEMPTS: 1,
      CONNECT_TIMEOUT_MS: 50,
      MAX_IN_FLIGHT: 1,
      MAX_QUEUE: 0,
      MAX_BODY_BYTES: 1_024,
      MAX_PAGES: 1,
      MAX_BATCH_ENTRIES: 1,
      DRAIN_DELAY_MS: 5_000,
      ALLOW_UNAUTHENTICATED: true,
      READ_ONLY: true,
    };
    const texts = Object.entries(parsed).map(([name, value]) => [name, String(value)]);

    const config = parseConfig(
      { ...environment, ...Object.fromEntries(texts), LOG_LEVEL: 'DEBUG', API_KEYS: `me:${HASH}` },
      { local: false },
    );

    expect(config).toMatchObject({
      ...environment,
      ...parsed,
      LOG_LEVEL: 'debug',
      API_KEYS: [{ name: 'me', hash: HASH }],
    });
  });

  test.each([
    ['INFO', 'info'],
    ['info', 'info'],
    ['Warning', 'warn'],
    ['WARN', 'warn'],
    ['critical', 'fatal'],
    ['FATAL', 'fatal'],
    ['eRRoR', 'error'],
    ['DEBUG', 'debug'],
    ['trace', 'trace'],
  ])('LOG_LEVEL %s is %s', (given, level) => {
    expect(parseConfig({ LOG_LEVEL: given }, { local: false }).LOG_LEVEL).toBe(level);
  });

  test('several API keys are separated by commas', () => {
    const list = ` alice:${HASH}, ci.bot@example_1-x:${HASH} `;

    expect(parseConfig({ API_KEYS: list }, { local: false }).API_KEYS).toEqual([
      { name: 'alice', hash: HASH },
      { name: 'ci.bot@example_1-x', hash: HASH },
    ]);
  });
});

test('trusted proxies are addresses and networks', () => {
  const given = '10.0.0.0/16, 192.0.2.7,fd00::/8 , ::1,0.0.0.0/0';

  expect(parseConfig({ TRUSTED_PROXIES: given }, { local: false }).TRUSTED_PROXIES).toEqual(
    given.split(/ ?, ?/),
  );
});

describe('hosts and origins', () => {
  test.each([
    [
      'ALLOWED_HOSTS',
      'App.Example , 10.0.0.1,[::1],fe80::1,*',
      'app.example 10.0.0.1 [::1] [fe80::1] *',
    ],
    [
      'MCP_ALLOWED_HOSTS',
      'bücher.example,under_score.example',
      'xn--bcher-kva.example under_score.example',
    ],
    [
      'ALLOWED_ORIGINS',
      'https://App.Example/, http://a.example:8080,*',
      'https://app.example http://a.example:8080 *',
    ],
    ['ALLOWED_ORIGINS', 'https://a.example:443', 'https://a.example'],
    ['MCP_ALLOWED_ORIGINS', 'app.example, https://b.example', 'app.example https://b.example'],
  ] as const)('%s=%s', (name, given, entries) => {
    expect(parseConfig({ [name]: given }, { local: false })[name]).toEqual(entries.split(' '));
  });
});

describe('what is refused', () => {
  test.each([
    ['AWS_REGION', 'US East'],
    ['DYNAMODB_TABLE_NAME', 'ab'],
    ['DYNAMODB_TABLE_NAME', 'a b c'],
    ['DYNAMODB_ENDPOINT_URL', 'localhost:8000'],
    ['DYNAMODB_ENDPOINT_URL', 'ftp://localhost'],
    ['LOG_LEVEL', 'LOUD'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', '8002 # comment'],
    ['REQUEST_DEADLINE_MS', '0'],
    ['REQUEST_DEADLINE_MS', '60000'],
    ['MAX_ATTEMPTS', '0'],
    ['MAX_IN_FLIGHT', '0'],
    ['MAX_BODY_BYTES', '999999999999'],
    ['READ_ONLY', 'maybe'],
    ['READ_ONLY', '"true"'],
    ['ALLOW_UNAUTHENTICATED', 'please'],
    ['API_KEYS', SECRET],
    ['API_KEYS', `me:${HASH.toUpperCase()}x`],
    ['API_KEYS', `me:${HASH},`],
    ['API_KEYS', `:${HASH}`],
    ['API_KEYS', `me ${HASH}`],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', '10.0.0.0/-1'],
    ['TRUSTED_PROXIES', 'fe80::1%eth0'],
    ['TRUSTED_PROXIES', '*'],
    ['ALLOWED_HOSTS', 'https://app.example'],
    ['ALLOWED_HOSTS', 'app.example:8002'],
    ['ALLOWED_HOSTS', 'app.example/mcp'],
    ['ALLOWED_HOSTS', '*.example'],
    ['ALLOWED_HOSTS', 'app.example,'],
    ['MCP_ALLOWED_HOSTS', 'https://app.example/mcp'],
    ['ALLOWED_ORIGINS', 'app.example'],
    ['ALLOWED_ORIGINS', 'https://app.example/page'],
    ['ALLOWED_ORIGINS', 'https://me:secret@app.example'],
    ['ALLOWED_ORIGINS', 'https://*.example'],
    ['ALLOWED_ORIGINS', 'ftp://app.example'],
    ['ALLOWED_ORIGINS', 'null'],
    ['MCP_ALLOWED_ORIGINS', 'https://app.example/page'],
  ])('%s=%s', (name, value) => {
    expect(configProblems({ [name]: value })).toEqual([expect.stringMatching(`^${name} must be `)]);
  });

  test('all problems are told at once, in one message', () => {
    const lines = configProblems(
      {
        PORT: 'x',
        LOG_LEVEL: 'x',
        READ_ONLY: 'x',
        DYNAMODB_ENDPOINT_URL: 'x',
        AWS_ACCESS_KEY_ID: 'x',
        ENVIRONMENT: 'production',
        READ_ONYL: 'true',
      },
      { local: true },
    );

    expect(lines.toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together, or neither',
      'DYNAMODB_ENDPOINT_URL must be an http or https URL',
      'ENVIRONMENT=production cannot be used with the embedded database (--local)',
      'LOG_LEVEL must be one of TRACE, DEBUG, INFO, WARN, WARNING, ERROR, CRITICAL, FATAL',
      'PORT must be a whole number from 0 to 65535',
      'READ_ONLY must be true or false',
      'READ_ONYL is not a setting; READ_ONLY is probably meant',
    ]);
  });

  test.each(['AWS_SECRET_ACCESS_KEY', 'DYNAMODB_TABLE_NAME', 'AWS_PROFILE', 'API_KEYS'])(
    'a control character inside of %s',
    (name) => {
      const given = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: SECRET, [name]: 'a\nb' };

      expect(configProblems(given)).toContain(
        `${name} must not contain line breaks or other control characters`,
      );
    },
  );

  test('no value is repeated, since any may be a secret put in the wrong place', () => {
    const environment = everywhere(`${SECRET}!`);
    delete environment.AWS_SECRET_ACCESS_KEY;

    const text = configProblems(environment, { local: true }).join('\n');

    expect(text).toContain('PORT');
    expect(text).not.toContain(SECRET);
  });
});

describe('access control', () => {
  const LONG = 'x'.repeat(32);
  const NO_SECRET = 'ACCESS_SECRET must be set where there is a policy, the same on all replicas';

  test.each<[Record<string, string>, string[]]>([
    [{ ACCESS_POLICY: 'version: 1\nroles:\n\tr: 1', ACCESS_SECRET: LONG }, []],
    [{ ACCESS_POLICY_FILE: 'policy.yaml', ACCESS_SECRET: LONG }, []],
    [{ ACCESS_SECRET: LONG }, []],
    [{ ACCESS_POLICY: 'version: 1' }, [NO_SECRET]],
    [{ ACCESS_POLICY_FILE: 'policy.yaml' }, [NO_SECRET]],
    [
      { ACCESS_POLICY: 'a', ACCESS_POLICY_FILE: 'b', ACCESS_SECRET: LONG },
      ['ACCESS_POLICY_FILE and ACCESS_POLICY must not both be set'],
    ],
    [{ ACCESS_SECRET: 'x'.repeat(31) }, ['ACCESS_SECRET must be at least 32 bytes']],
    [{ ACCESS_SECRET: 'ü'.repeat(16) }, []],
  ])('%j', (environment, problems) => {
    expect(configProblems(environment)).toEqual(problems);
  });
});

describe('credentials', () => {
  test.each([
    [{ AWS_ACCESS_KEY_ID: 'AKID' }],
    [{ AWS_SECRET_ACCESS_KEY: SECRET }],
    [{ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: '' }],
    [{ AWS_ACCESS_KEY_ID: ' ', AWS_SECRET_ACCESS_KEY: SECRET }],
  ] as [Record<string, string>][])('are both or neither: not %j', (environment) => {
    expect(configProblems(environment)).toEqual([
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together, or neither',
    ]);
  });
});
