import type { TokenIdentity } from '../../src/access/identity.ts';
import type { Known } from '../../src/access/policy/checks/known.ts';
import type { BoundRole, CompiledPolicy } from '../../src/access/policy/compiled.ts';
import { requirePolicy } from '../../src/access/policy/open.ts';
import { problemLines } from '../../src/access/policy/problems.ts';
import { readPolicy } from '../../src/access/policy/read.ts';
import { TOOLS } from '../../src/tools/registry.ts';

/** What the policies of tests may name. */
export const KNOWN: Known = {
  tools: TOOLS,
  tables: ['Main', 'Other'],
  defaultTable: 'Main',
  apiKeyNames: ['me', 'analyst', 'admin', 'dashboard', 'status-bot', 'import-job'],
};

/** The problems of a policy, a line each. */
export function policyProblems(policy: unknown): string[] {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy, null, 1);
  const { problems } = readPolicy(text, KNOWN);
  return problemLines(problems).map((line) => line.replace(/ \(line \d+\)/, ''));
}

/** A policy that is good. */
export function policyOf(policy: unknown): CompiledPolicy {
  return requirePolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), KNOWN);
}

/** An issuer that nothing is wrong with. */
export const ISSUER = {
  issuer: 'https://auth.example.com',
  audience: ['https://db.example.com'],
  algorithms: ['ES256'],
  jwks_uri: 'https://auth.example.com/jwks',
};

/** A policy in which tokens with these claims have one role with these grants. */
export function tokenPolicy(principal: object, grants: readonly object[], more: object = {}) {
  return {
    version: 1,
    public_url: 'https://db.example.com',
    issuers: { main: ISSUER },
    principals: [{ issuer: 'main', role: 'r', ...principal }],
    roles: { r: { grants } },
    ...more,
  };
}

/** A policy in which one key has one role with these grants. */
export function keyPolicy(grants: readonly object[], more: object = {}) {
  return {
    version: 1,
    principals: [{ api_key: 'me', role: 'r' }],
    roles: { r: { grants } },
    ...more,
  };
}

/** The bearer of a token with these claims. */
export function bearer(claims: Record<string, unknown>): TokenIdentity {
  return {
    kind: 'token',
    issuer: 'main',
    subject: 'ada',
    clientId: undefined,
    scopes: [],
    claims,
  };
}

/** The role that a token with these claims has. */
export function roleFor(policy: unknown, claims: Record<string, unknown>): BoundRole | undefined {
  return policyOf(policy).roleOf(bearer(claims));
}
