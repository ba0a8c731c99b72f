import { describe, expect, test } from 'vitest';
import { isRevoked } from '../../../src/access/policy/issuers.ts';
import { bearer, policyOf, tokenPolicy } from '../../support/policies.ts';

const BEFORE = Date.parse('2026-11-01T00:00:00Z') / 1_000;

describe.each<[object, Record<string, unknown>, boolean]>([
  [{ sub: 'ada' }, {}, true],
  [{ sub: 'bob' }, {}, false],
  [{ jti: 'x' }, { jti: 'x' }, true],
  [{ jti: 'x' }, {}, false],
  [{ client_id: 'c' }, {}, false],
  [{ issued_before: '2026-11-01T00:00:00Z' }, { iat: BEFORE - 1 }, true],
  [{ issued_before: '2026-11-01T01:00:00+01:00' }, { iat: BEFORE }, false],
  [{ issued_before: '2026-11-01T00:00:00Z' }, {}, true],
  [{ issued_before: '2026-11-01T00:00:00Z' }, { iat: 'soon' }, true],
  [{ sub: 'ada', issued_before: '2026-11-01T00:00:00Z' }, { iat: BEFORE }, false],
  [{ sub: 'bob', issued_before: '2026-11-01T00:00:00Z' }, {}, false],
])('%j and %j', (entry, claims, revoked) => {
  test(revoked ? 'is revoked' : 'is not', () => {
    const policy = policyOf(
      tokenPolicy({}, [{ items: '*', tools: '*' }], { revoked: [{ issuer: 'main', ...entry }] }),
    );

    expect(isRevoked(bearer(claims), policy.revoked)).toBe(revoked);
    expect(isRevoked({ ...bearer(claims), issuer: 'other' }, policy.revoked)).toBe(false);
  });
});
