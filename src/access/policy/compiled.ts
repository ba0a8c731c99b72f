import type { Grant } from '../../dynamodb/guard/grant.ts';
import type { Identity } from '../identity.ts';
import type { Effect } from '../tokens/scopes.ts';
import type { IssuerSettings, RevokedEntry } from '../tokens/settings.ts';
import type { GrantTemplate } from './grants.ts';
import type { Limits } from './limits.ts';
import type { Problem } from './problems.ts';

/** What has to be confirmed, and by whom. */
export interface Confirmation {
  readonly tools: ReadonlySet<string> | '*';
  readonly by: 'human' | 'code';
}

/** How calls are written down. */
export interface AuditRule {
  readonly keys: 'plain' | 'hash' | 'none';
  readonly required: boolean;
}

/** A role, before it is somebody's. */
export interface RoleTemplate {
  readonly name: string;
  readonly grants: readonly GrantTemplate[];
  readonly limits: Limits;
  readonly confirm: Confirmation | undefined;
}

/** A role as one principal has it. */
export interface BoundRole {
  readonly name: string;
  /** As limits, audit and `${principal}` know whom it belongs to. */
  readonly principal: string;
  /** Those whose variables have values; there may be none. */
  readonly grants: readonly Grant[];
  readonly limits: Limits;
  readonly confirm: Confirmation | undefined;
}

/** A policy that can be asked. */
export interface CompiledPolicy {
  /** Changes with the text of the policy, and with nothing else. */
  readonly version: string;
  readonly mode: 'enforce' | 'observe';
  /** Origin of the service, without a slash behind it. */
  readonly publicUrl: string | undefined;
  readonly issuers: ReadonlyMap<string, IssuerSettings>;
  /** Scope → effects that it unlocks; undefined where scopes do not matter. */
  readonly scopes: ReadonlyMap<string, readonly Effect[]> | undefined;
  readonly revoked: readonly RevokedEntry[];
  readonly audit: AuditRule;
  readonly roles: ReadonlyMap<string, RoleTemplate>;
  /** Roles whose principals bring variables, such as a tenant. */
  readonly rolesWithVariables: ReadonlySet<string>;
  /** What is doubtful in it. */
  readonly warnings: readonly Problem[];
  /** The role of the first principal that fits; undefined for whom there is none. */
  roleOf(identity: Identity): BoundRole | undefined;
}
