import type { Logger } from 'pino';
import { type AccessControl, createAccessControl } from './control.ts';
import { createCallLimits } from './limits.ts';
import type { CompiledPolicy } from './policy/compiled.ts';
import { openPolicy, type PolicySettings } from './policy/open.ts';
import type { PolicySource } from './policy/source.ts';
import { createSecrets } from './secrets.ts';
import type { Effect } from './tokens/scopes.ts';
import type { TokenSettings } from './tokens/settings.ts';
import { createTokenVerifier, type TokenVerifier } from './tokens/token-verifier.ts';

/** What access control needs to know of the service. */
export interface AccessOptions extends PolicySettings {
  /** The secret that all replicas share. */
  readonly ACCESS_SECRET?: string | undefined;
  readonly tools: readonly { readonly name: string; readonly effect: Effect }[];
  readonly tables: readonly string[];
  readonly apiKeyNames: readonly string[];
  readonly log: Logger;
}

/** A policy in force, and what follows from it. */
export interface OpenAccess {
  readonly control: AccessControl;
  readonly source: PolicySource;
  readonly verifier: TokenVerifier;
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
  const control = createAccessControl({
    policy: () => source.current(),
    secrets: createSecrets(ACCESS_SECRET),
    limits: createCallLimits(),
    readingTools: new Set(readingTools.map(({ name }) => name)),
    entryTools: ENTRY_TOOLS,
    log,
  });
  return {
    control,
    source,
    verifier,
    close: () => {
      source.close();
      verifier.close();
    },
  };
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
