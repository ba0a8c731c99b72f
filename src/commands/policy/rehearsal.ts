import { randomBytes } from 'node:crypto';
import type { AuditedCall } from '../../access/audit/call-record.ts';
import type { Identity } from '../../access/identity.ts';
import { type CallLimits, UNLIMITED } from '../../access/limits.ts';
import { openAccess } from '../../access/open-access.ts';
import type { CompiledPolicy } from '../../access/policy/compiled.ts';
import { type LocalOptions, openBackend } from '../../backend.ts';
import { loadConfig } from '../../config.ts';
import { newTrail } from '../../dynamodb/calls/call.ts';
import type { Gateway } from '../../dynamodb/gateway.ts';
import type { Noted } from '../../dynamodb/guard/access.ts';
import { asServiceError, StartError } from '../../errors.ts';
import { memoryBudgets } from '../../memory.ts';
import { createLogger } from '../../observability/logger.ts';
import { createInvoke } from '../../tools/invoke.ts';
import { toolsFor } from '../../tools/registry.ts';

/** What a policy makes of a call. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'error';
  readonly role: string | undefined;
  readonly grants: readonly string[];
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** What would be sent to DynamoDB first; undefined where nothing would. */
  readonly request: { readonly operation: string; readonly input: unknown } | undefined;
}

/** A service that decides as the real one does, and sends nothing. */
export interface Rehearsal {
  readonly policy: CompiledPolicy;
  readonly gateway: Gateway;
  decide(identity: Identity, tool: string, input: unknown): Promise<Decision>;
  close(): Promise<void>;
}

/** Where a policy is, and which table it is tried on. */
export interface RehearsalOptions {
  /** A file in place of the configured policy. */
  file: string | undefined;
  local: LocalOptions | undefined;
}

/** What is tried is not limited. */
const NO_LIMITS: CallLimits = { admit: () => UNLIMITED };

const DENIALS: readonly string[] = ['Forbidden', 'RateLimited', 'ConfirmationRequired'];

/** Opens the policy against the table; throws StartError with all that is wrong. */
export async function openRehearsal({ file, local }: RehearsalOptions): Promise<Rehearsal> {
  const config = loadConfig({ local: local !== undefined, listens: false });
  const log = createLogger({ level: 'fatal', environment: config.ENVIRONMENT }, 2);
  const requests: [operation: string, request: string][] = [];
  const backend = await openBackend(config, local, log, {
    rehearse: (...request) => requests.push(request),
  });
  const { gateway } = backend;
  const tools = toolsFor(gateway.tableNames);
  const access = openAccess({
    ACCESS_POLICY: file === undefined ? config.ACCESS_POLICY : undefined,
    ACCESS_POLICY_FILE: file ?? config.ACCESS_POLICY_FILE,
    ACCESS_SECRET: config.ACCESS_SECRET ?? randomBytes(32).toString('base64url'),
    tools,
    tables: gateway.tableNames,
    // Where none are configured, this is not where the policy will be in force.
    apiKeyNames: config.API_KEYS.length > 0 ? config.API_KEYS.map(({ name }) => name) : undefined,
    log,
    audits: false,
    limits: NO_LIMITS,
  });
  if (!access) {
    await backend.close();
    throw new StartError('There is no policy: set ACCESS_POLICY_FILE, or name a file.');
  }
  let call: AuditedCall | undefined;
  const invoke = createInvoke(gateway, log, {
    requestDeadlineMs: config.REQUEST_DEADLINE_MS,
    readOnly: config.READ_ONLY,
    access: access.control,
    audit: {
      record: (ended) => {
        call = ended;
      },
      mayWrite: () => true,
    },
    results: { maxBytes: config.MAX_RESULT_BYTES, budget: memoryBudgets().pages },
  });
  return {
    policy: access.source.current(),
    gateway,
    decide: async (identity, name, input) => {
      const tool = tools.find((each) => each.name === name);
      if (!tool) throw new StartError(`There is no tool ${name}.`);
      requests.length = 0;
      const failure = await failureOf(
        invoke(tool, input, {
          principal: { name: 'rehearsal', share: 'rehearsal', identity },
          requestId: 'rehearsal',
          trail: newTrail(),
        }),
      );
      const [sent] = requests;
      const isDenied = failure !== undefined && DENIALS.includes(failure.code);
      const allowed = sent !== undefined || failure === undefined;
      return {
        decision: isDenied ? 'deny' : allowed ? 'allow' : 'error',
        role: call?.role,
        grants: call?.noted ? grantsIn(call.noted) : [],
        code: allowed ? undefined : failure?.code,
        reason: allowed ? undefined : failure?.message,
        request: sent && { operation: sent[0], input: JSON.parse(sent[1]) },
      };
    },
    close: async () => {
      access.close();
      await backend.close();
    },
  };
}

/** Grants that allow a write, or that what is read can be within. */
function grantsIn({ grants, reaching }: Noted): string[] {
  return [...(grants.size > 0 ? grants : reaching)];
}

async function failureOf(running: Promise<object>) {
  try {
    await running;
    return undefined;
  } catch (error) {
    return asServiceError(error);
  }
}
