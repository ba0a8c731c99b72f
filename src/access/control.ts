import type { Logger } from 'pino';
import { type Access, grantsTool, nothingNoted } from '../dynamodb/guard/access.ts';
import type { TableSchema } from '../dynamodb/tables/table-schema.ts';
import { canonical } from '../dynamodb/values/same-value.ts';
import { ServiceError } from '../errors.ts';
import { type AskedCall, refuseWithoutScope } from './call-scopes.ts';
import { type ConfirmationRule, confirmationRule, mustConfirm } from './confirmation.ts';
import type { Identity } from './identity.ts';
import { type Admission, type CallLimits, RateLimitedError, type RequestsLeft } from './limits.ts';
import type { BoundRole, CompiledPolicy } from './policy/compiled.ts';
import { fitProblems } from './policy/fit.ts';
import { problemLines } from './policy/problems.ts';
import type { Secrets } from './secrets.ts';
import type { Effect } from './tokens/scopes.ts';

/** A tool as far as it matters to who may use it. */
export interface ControlledTool {
  readonly name: string;
  readonly effect: Effect;
}

/** What a call's own role lets it do, while it runs. */
export interface Entry {
  readonly access: Access;
  readonly role: BoundRole;
  readonly policy: CompiledPolicy;
  readonly admission: Admission;
  /** What has to be confirmed; undefined where nothing has to be. */
  readonly confirmation: ConfirmationRule | undefined;
  /** Whether what a call costs could tell of what the role may not see. */
  readonly hidesCosts: boolean;
}

/** Decides who may call which tools. */
export interface AccessControl {
  /**
   * Lets a call in: by the limits of its principal, its role, and the scopes of its token. Throws
   * RateLimited and Forbidden; `told` gets what is left of the principal's requests.
   */
  enter(identity: Identity | undefined, call: AskedCall, told: Told): Entry;
  /** Throws what a call would be refused with for its token's scopes. */
  checkScopes(identity: Identity | undefined, call: AskedCall): void;
  /** Whether a tool is offered to a caller; its token's scopes do not matter. */
  offers(identity: Identity | undefined, tool: ControlledTool): boolean;
  /** Whether a caller's calls of one of these tools have to be confirmed. */
  confirms(identity: Identity | undefined, tools: readonly string[]): boolean;
  /** Whether a caller may know of a table: its role is about it, with one tool or with any. */
  mayName(identity: Identity | undefined, table: string, tool?: string): boolean;
}

interface Told {
  requestsLeft?: RequestsLeft | undefined;
}

/** What access control is made from. */
export interface ControlSettings {
  policy: () => CompiledPolicy;
  secrets: Secrets;
  limits: CallLimits;
  /** The tools that show items. */
  readingTools: ReadonlySet<string>;
  /** The tools whose entries are each a tool of its own besides. */
  entryTools: ReadonlySet<string>;
  log: Logger;
  /** The time in milliseconds, that confirmations go by. */
  now?: () => number;
}

/** What may be told of tables is a matter of describing them. */
const AS_DESCRIBED: Readonly<Record<string, string>> = { list_tables: 'describe_table' };

export function createAccessControl(settings: ControlSettings): AccessControl {
  const { policy: current, limits } = settings;
  const fits = createFits(settings.log);
  const roleOf = (identity: Identity | undefined) => identity && current().roleOf(identity);
  const mayUse = (role: BoundRole, { name }: ControlledTool) =>
    role.grants.some(
      (grant) => grantsTool(grant, name) || grantsTool(grant, AS_DESCRIBED[name] ?? name),
    );
  const checkScopes = (identity: Identity | undefined, call: AskedCall) => {
    const role = roleOf(identity);
    // More scope would not help whom the role forbids it.
    if (identity && role && mayUse(role, call.tool)) {
      refuseWithoutScope(identity, call, current().scopes);
    }
  };
  return {
    checkScopes,
    offers: (identity, tool) => {
      const role = roleOf(identity);
      return role !== undefined && mayUse(role, tool);
    },
    confirms: (identity, tools) => {
      const role = roleOf(identity);
      return role !== undefined && tools.some((tool) => mustConfirm(role, tool));
    },
    mayName: (identity, table, tool) => {
      const role = roleOf(identity);
      if (!role || current().mode === 'observe') return role !== undefined;
      return role.grants.some(
        (grant) => grant.table === table && (tool === undefined || grantsTool(grant, tool)),
      );
    },
    enter: (identity, call, told) => {
      const { tool } = call;
      const policy = current();
      const role = roleOf(identity);
      if (!role)
        throw new ServiceError('Forbidden', 'The policy of this service has no role for you.');
      const admission = admit(limits, role, told);
      try {
        if (!mayUse(role, tool)) {
          throw new ServiceError('Forbidden', `Your role may not use ${tool.name}.`);
        }
        checkScopes(identity, call);
      } catch (error) {
        admission.end(NOTHING);
        throw error;
      }
      const access = accessOf(role, tool, policy, settings, fits);
      const hidesCosts =
        !access.observes && role.grants.some(({ items, read }) => items.size > 0 || read);
      const { secrets, now = Date.now } = settings;
      const confirmation = confirmationRule({ role, tool: tool.name, policy }, secrets, now);
      return { access, role, policy, admission, confirmation, hidesCosts };
    },
  };
}

const NOTHING = { readUnits: 0, writeUnits: 0, itemsWritten: 0 };

function admit(limits: CallLimits, role: BoundRole, told: Told): Admission {
  try {
    const admission = limits.admit(role.principal, role.limits);
    told.requestsLeft = admission.requests;
    return admission;
  } catch (error) {
    if (error instanceof RateLimitedError) told.requestsLeft = error.requests;
    throw error;
  }
}

function accessOf(
  { name: role, principal, grants }: BoundRole,
  tool: ControlledTool,
  policy: CompiledPolicy,
  { secrets, readingTools, entryTools }: ControlSettings,
  fits: (policy: CompiledPolicy, table: string, schema: TableSchema) => void,
): Access {
  const context = (of: string) => JSON.stringify([principal, role, tool.name, of]);
  return {
    principal,
    role,
    grants,
    readingTools,
    ownEntries: entryTools,
    observes: policy.mode === 'observe',
    tool: tool.name,
    fits: (table, schema) => fits(policy, table, schema),
    hash: (table, attribute, value) =>
      `hash:${secrets.digest(canonical(value), JSON.stringify([table, attribute, role]))}`,
    seal: (text, of) => secrets.seal(text, context(of)),
    open: (sealed, of) => secrets.open(sealed, context(of)),
    noted: nothingNoted(),
  };
}

/** Looks once at whether a policy fits a table; while it does not, nothing can be decided. */
function createFits(log: Logger) {
  const known = new WeakMap<CompiledPolicy, WeakMap<TableSchema, boolean>>();
  return (policy: CompiledPolicy, table: string, schema: TableSchema): void => {
    const schemas = known.get(policy) ?? new WeakMap<TableSchema, boolean>();
    known.set(policy, schemas);
    let isFit = schemas.get(schema);
    if (isFit === undefined) {
      const problems = fitProblems(policy, new Map([[table, schema]]));
      isFit = problems.length === 0;
      schemas.set(schema, isFit);
      if (!isFit) {
        log.error(
          { policy: policy.version, table, problems: problemLines(problems) },
          'The policy does not fit the table; calls are refused until it does',
        );
      }
    }
    if (isFit) return;
    throw new ServiceError(
      'StorageUnavailable',
      'The access policy of this service does not fit the table; its operator has to fix it.',
    );
  };
}
