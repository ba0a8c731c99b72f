import type { Logger } from 'pino';
import { linesOf } from '../observability/logger.ts';
import { type Audit, createAudit, keyTeller } from './audit/audit.ts';
import { openAuditFile } from './audit/audit-file.ts';
import type { TellKey } from './audit/call-record.ts';
import { type AccessControl, createAccessControl } from './control.ts';
import type { Identity } from './identity.ts';
import { type CallLimits, createCallLimits } from './limits.ts';
import type { CompiledPolicy } from './policy/compiled.ts';
import { openPolicy, type PolicySettings } from './policy/open.ts';
import type { PolicySource } from './policy/source.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import type { Effect } from './tokens/scopes.ts';
import type { TokenSettings } from './tokens/settings.ts';
import { createTokenVerifier, type TokenVerifier } from './tokens/token-verifier.ts';

/** What access control needs to know of the service. */
export interface AccessOptions extends PolicySettings {
  /** The secret that all replicas share. */
  readonly ACCESS_SECRET?: string | undefined;
  readonly tools: readonly { readonly name: string; readonly effect: Effect }[];
  readonly tables: readonly string[];
  /** Undefined where it is not known which keys there will be. */
  readonly apiKeyNames: readonly string[] | undefined;
  readonly log: Logger;
  /** Where audit lines go besides the log. */
  readonly AUDIT_FILE?: string | undefined;
  /** False for what only tries a policy. */
  readonly audits?: boolean;
  /** In place of limits in this process. */
  readonly limits?: CallLimits;
}

/** A policy in force, and what follows from it. */
export interface OpenAccess {
  readonly control: AccessControl;
  readonly audit: Audit | undefined;
  readonly source: PolicySource;
  readonly verifier: TokenVerifier;
  /** The name of a caller's role; undefined for one that has none. */
  roleName(identity: Identity | undefined): string | undefined;
  /** How keys are told of calls. */
  readonly tellKey: () => TellKey;
  /** Watches the policy and its issuers' keys no longer. */
  close(): void;
}

/** The tools that say what there is, and show no items. */
const DESCRIBING = new Set(['describe_table', 'list_tables']);
const ENTRY_TOOLS = new Set([
  'batch_get_item',
  'batch_write_item',
  'transact_get_items',
  'transact_write_items',
]);

/** Access control as configured; undefined where there is no policy. Throws StartError. */
export function openAccess(options: AccessOptions): OpenAccess | undefined {
  const { tools, tables, apiKeyNames, log, ACCESS_SECRET = '' } = options;
  const [defaultTable = ''] = tables;
  const source = openPolicy(options, { tools, tables, defaultTable, apiKeyNames, log });
  if (!source) return undefined;
  const verifier = createTokenVerifier({ ...tokenSettings(source.current()), log });
  source.onChange((policy) => verifier.reload(tokenSettings(policy)));
  const readingTools = tools.filter(
    ({ name, effect }) => effect === 'read' && !DESCRIBING.has(name),
  );
  const secrets = createSecrets(ACCESS_SECRET);
  const audit = options.audits === false ? undefined : openAudit(options, source, secrets);
  const control = createAccessControl({
    policy: () => source.current(),
    secrets,
    limits: options.limits ?? createCallLimits(),
    readingTools: new Set(readingTools.map(({ name }) => name)),
    entryTools: ENTRY_TOOLS,
    log,
  });
  return {
    control,
    audit,
    source,
    verifier,
    roleName: (identity) => identity && source.current().roleOf(identity)?.name,
    tellKey: keyTeller(() => source.current(), secrets),
    close: () => {
      source.close();
      verifier.close();
      audit?.close();
    },
  };
}

/** The audit, beside the log and in a file if there is to be one. */
function openAudit(
  { log, AUDIT_FILE: path }: AccessOptions,
  source: PolicySource,
  secrets: Secrets,
): Audit {
  const tellDropped = (dropped: number) =>
    log.error({ dropped }, 'Audit lines were dropped while the file took none');
  const file = path === undefined ? undefined : openAuditFile(path, tellDropped);
  const audit = createAudit({
    policy: () => source.current(),
    secrets,
    sinks: [linesOf(log), ...(file ? [file] : [])],
    continues: file?.lastHash,
  });
  source.onChange(({ version }) => audit.policyChanged(version));
  return audit;
}

function tokenSettings({ issuers, revoked, publicUrl = '' }: CompiledPolicy): TokenSettings {
  return { issuers: [...issuers.values()], revoked, publicUrl };
}

/** What clients may know of how to get a token; undefined while nobody issues any. */
export function protectedResource({ publicUrl, issuers, scopes }: CompiledPolicy) {
  if (publicUrl === undefined || issuers.size === 0) return undefined;
  return {
    publicUrl,
    issuers: [...issuers.values()].map(({ issuer }) => issuer),
    scopes: [...(scopes?.keys() ?? [])],
  };
}
