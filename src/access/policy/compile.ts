import { createHash } from 'node:crypto';
import { type Identity, principalName } from '../identity.ts';
import type { Known } from './checks/known.ts';
import type { BoundRole, CompiledPolicy, RoleTemplate } from './compiled.ts';
import type { PolicyDocument } from './document.ts';
import { bindGrant, compileGrant, setOf } from './grants.ts';
import { compileIssuer, compileRevoked } from './issuers.ts';
import { compileLimits } from './limits.ts';
import { compilePrincipal, type PrincipalEntry } from './principals.ts';
import type { Problem } from './problems.ts';
import type { PolicyText } from './shape/policy.ts';
import type { RoleText } from './shape/role.ts';

const VERSION_LENGTH = 12;

/** What a policy is compiled from besides its own text. */
export interface Source {
  readonly text: string;
  readonly document: PolicyDocument;
  readonly known: Known;
  readonly warnings: readonly Problem[];
}

/** Makes a policy that has been checked one that can be asked. */
export function compilePolicy(policy: PolicyText, source: Source): CompiledPolicy {
  const roles = mapValues(policy.roles, (role, name) => compileRole(name, role, policy, source));
  const entries = policy.principals.map(compilePrincipal);
  const bound = new WeakMap<Identity, BoundRole>();
  return {
    version: versionOf(source.text),
    mode: policy.mode ?? 'enforce',
    publicUrl: policy.public_url && new URL(policy.public_url).origin,
    issuers: mapValues(policy.issuers ?? {}, (issuer, name) => compileIssuer(name, issuer)),
    scopes: policy.scopes && mapValues(policy.scopes, (effects) => effects),
    revoked: (policy.revoked ?? []).map(compileRevoked),
    audit: { keys: policy.audit?.keys ?? 'hash', required: policy.audit?.required ?? false },
    roles,
    rolesWithVariables: new Set(
      policy.principals.flatMap(({ role, vars }) => (vars ? [role] : [])),
    ),
    warnings: source.warnings,
    roleOf: (identity) => {
      const known = bound.get(identity);
      if (known) return known;
      const role = bindFirst(identity, entries, roles);
      if (role) bound.set(identity, role);
      return role;
    },
  };
}

/** A short name for a text. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_LENGTH);
}

function compileRole(
  name: string,
  role: RoleText,
  policy: PolicyText,
  { document, known: { defaultTable } }: Source,
): RoleTemplate {
  return {
    name,
    grants: role.grants.map((grant, index) =>
      compileGrant(grant, { name: `${name}.grants[${index}]`, defaultTable }, (path, message) =>
        document.problemAt(['roles', name, 'grants', index, ...path], message),
      ),
    ),
    limits: compileLimits(role.limits, policy.limits?.replicas),
    confirm: role.confirm && { tools: setOf(role.confirm.tools), by: role.confirm.by },
  };
}

function bindFirst(
  identity: Identity,
  entries: readonly PrincipalEntry[],
  roles: ReadonlyMap<string, RoleTemplate>,
): BoundRole | undefined {
  const entry = entries.find((each) => each.matches(identity));
  const role = entry && roles.get(entry.role);
  if (!role) return undefined;
  const variables = entry.variablesOf(identity);
  const grants = role.grants.flatMap((grant) => bindGrant(grant, variables) ?? []);
  const { name, limits, confirm } = role;
  return { name, principal: principalName(identity), grants, limits, confirm };
}

function mapValues<Member, Value>(
  members: Readonly<Record<string, Member>>,
  make: (member: Member, name: string) => Value,
): ReadonlyMap<string, Value> {
  return new Map(Object.entries(members).map(([name, member]) => [name, make(member, name)]));
}
