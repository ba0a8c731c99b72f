import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { configProblems } from '../support/config-problems.ts';

const KEYS = `me:${'a1'.repeat(32)}`;
const UNLOCKED =
  'API_KEYS or a policy must be set where others can reach the service, unless ENVIRONMENT is development, dev, test, local, or ALLOW_UNAUTHENTICATED=true';

describe.each(['production', 'Production', 'prod', 'staging', 'developement', 'qa', 'devel'])(
  'ENVIRONMENT=%s',
  (ENVIRONMENT) => {
    test.each<Record<string, string>>([
      {},
      { HOST: '10.0.0.1' },
      { HOST: '::' },
      { API_KEYS: '' },
      { API_KEYS: ' ' },
      { ACCESS_POLICY: ' ' },
      { ACCESS_SECRET: 'x'.repeat(32) },
    ])('does not start open with %o', (environment) => {
      expect(configProblems({ ENVIRONMENT, ...environment })).toEqual([UNLOCKED]);
    });

    test.each<Record<string, string>>([
      { API_KEYS: KEYS },
      { ACCESS_POLICY_FILE: 'policy.yaml', ACCESS_SECRET: 'x'.repeat(32) },
      { ACCESS_POLICY: 'version: 1', ACCESS_SECRET: 'x'.repeat(32) },
      { ALLOW_UNAUTHENTICATED: 'true' },
      { ALLOW_UNAUTHENTICATED: 'TRUE' },
      { HOST: '127.0.0.1' },
      { HOST: '127.1.2.3' },
      { HOST: '::1' },
      { HOST: 'LocalHost' },
    ])('starts with %o', (environment) => {
      expect(configProblems({ ENVIRONMENT, ...environment })).toEqual([]);
    });

    test('concerns nothing that does not listen', () => {
      expect(configProblems({ ENVIRONMENT }, { local: false, listens: false })).toEqual([]);
    });
  },
);

test.each(['development', 'dev', 'test', 'local', 'LOCAL', ' Dev '])(
  'ENVIRONMENT=%j starts without keys, on all addresses',
  (ENVIRONMENT) => {
    expect(parseConfig({ ENVIRONMENT }, { local: false }).HOST).toBe('0.0.0.0');
  },
);

describe('the embedded database', () => {
  test.each(['production', 'prod', 'PROD '])('is refused where ENVIRONMENT=%j', (ENVIRONMENT) => {
    const problems = configProblems({ ENVIRONMENT, API_KEYS: KEYS }, { local: true });

    expect(problems).toEqual([
      `ENVIRONMENT=${ENVIRONMENT.trim().toLowerCase()} cannot be used with the embedded database (--local)`,
    ]);
  });

  test('is served to this machine only, unless HOST says otherwise', () => {
    expect(parseConfig({}, { local: true }).HOST).toBe('127.0.0.1');
    expect(parseConfig({ HOST: '' }, { local: true }).HOST).toBe('127.0.0.1');
    expect(parseConfig({ HOST: '0.0.0.0' }, { local: true }).HOST).toBe('0.0.0.0');
  });
});
