import { type Identity, principalName } from '../identity.ts';
import { CLAIM } from './checks/principals.ts';
import { type ClaimMatcher, claimOf, compileClaim } from './claims.ts';
import type { PrincipalText } from './shape/principal.ts';
import type { Variables } from './template.ts';

/** Whom a role is for. */
export interface PrincipalEntry {
  readonly role: string;
  matches(identity: Identity): boolean;
  /** What the identity brings; a variable without a claim is not there. */
  variablesOf(identity: Identity): Variables;
}

type Source = (identity: Identity) => unknown;

/** An entry that has been checked. */
export function compilePrincipal(entry: PrincipalText): PrincipalEntry {
  const claims = Object.entries(entry.claims ?? {}).map(
    ([name, matcher]): [string, ClaimMatcher] => [name, compileClaim(matcher)],
  );
  const sources = Object.entries(entry.vars ?? {}).map(([name, source]): [string, Source] => [
    name,
    sourceOf(source),
  ]);
  return {
    role: entry.role,
    matches: (identity) => {
      if (identity.kind === 'key') return identity.name === entry.api_key;
      if (identity.kind === 'stdio') return entry.transport === 'stdio';
      if (identity.issuer !== entry.issuer) return false;
      return claims.every(([name, matches]) => matches(claimOf(identity.claims, name)));
    },
    variablesOf: (identity) => {
      const variables = new Map(sources.map(([name, source]) => [name, source(identity)]));
      return variables.set('principal', principalName(identity));
    },
  };
}

function sourceOf(source: NonNullable<PrincipalText['vars']>[string]): Source {
  if (typeof source !== 'string') return () => source.value;
  const claim = source.slice(CLAIM.length);
  return (identity) => (identity.kind === 'token' ? claimOf(identity.claims, claim) : undefined);
}
