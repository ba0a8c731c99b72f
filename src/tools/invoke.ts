import type { Context } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Audit } from '../access/audit/audit.ts';
import type { Origin } from '../access/audit/call-record.ts';
import type { AccessControl, Entry } from '../access/control.ts';
import {
  type Call,
  type CallLog,
  type ResultView,
  type Trail,
  withCall,
} from '../dynamodb/calls/call.ts';
import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import type { ResultBounds } from '../dynamodb/calls/held-result.ts';
import type { Gateway } from '../dynamodb/gateway.ts';
import { refuseForeignTable } from '../dynamodb/guard/access.ts';
import type { Embed } from '../embeddings/embed.ts';
import { asServiceError, type ErrorCode, ServiceError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { traceIdIn } from '../observability/telemetry/trace-context.ts';
import { logFailure, mayGoOn, outcome, usageOf } from './accounting.ts';
import { auditedCall, refuseUnaudited } from './audited.ts';
import { type Confirmation, requireConfirmation } from './confirm.ts';
import { dryRun, isDryRun } from './dry-run.ts';
import type { LiveCalls } from './live-calls.ts';
import type { ObserveCall } from './observed-calls.ts';
import { TABLE } from './schemas.ts';
import { tableIn } from './tables.ts';
import type { AnyTool, Principal } from './tool.ts';
import { validateInput } from './validate.ts';
import { valueHint } from './value-hint.ts';

/** Who calls a tool, and where what happened is to be noted. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
  readonly trail: Trail;
  /** How the call came in, for the audit. */
  readonly origin?: Origin | undefined;
  /** The span that the call belongs to; undefined where nothing is traced. */
  readonly trace?: Context | undefined;
  /** Aborts when the caller hangs up. */
  readonly hangUp?: CancellationSignal;
  /** In what form, and how much of it, the caller gets what is stored; as it is without. */
  readonly view?: ResultView | undefined;
  /** Whether it takes lists of items as JSON, which cost less. */
  readonly takesJson?: boolean | undefined;
  /** Whether it is told what its values suggest; it is unless it says no. */
  readonly takesHint?: boolean | undefined;
  /** Told of the items that a long walk has found. */
  readonly progress?: ((found: number, wanted: number) => void) | undefined;
  /** How it confirms what a role must have confirmed; by a second call where it does not say. */
  readonly confirmation?: Confirmation | undefined;
}

/** The single way to run a tool: authorise, validate, run, log. Throws ServiceError only. */
export type Invoke = (tool: AnyTool, rawInput: unknown, caller: Caller) => Promise<object>;

export interface InvokeSettings {
  requestDeadlineMs: number;
  readOnly: boolean;
  /** What the operator wrote about the table. */
  guide?: string | undefined;
  /** Makes vectors of texts, where embeddings are configured. */
  embed?: Embed | undefined;
  results: ResultBounds;
  /** What a policy says; without one everybody may do everything. */
  access?: AccessControl | undefined;
  /** Writes down every call, where a policy wants it. */
  audit?: Pick<Audit, 'record' | 'mayWrite'> | undefined;
  /** Tells of calls to those who watch, where there is a console. */
  watch?: Pick<LiveCalls, 'record'> | undefined;
  /** Counts every call, where somebody wants to know. */
  observe?: ObserveCall | undefined;
}

export function createInvoke(gateway: Gateway, log: Logger, settings: InvokeSettings): Invoke {
  return async (tool, rawInput, caller) => {
    const started = performance.now();
    const { principal, confirmation: given, takesHint = true, ...options } = caller;
    const { requestId, trail, hangUp } = options;
    const about = { request_id: requestId, tool: tool.name, principal: principal.name };
    if (options.trace) Object.assign(about, { trace_id: traceIdIn(options.trace) });
    const callLog: CallLog = {
      warn: (fields, message) => log.warn({ ...about, ...fields }, message),
    };
    let entry: Entry | undefined;
    let failed: ServiceError | undefined;
    if (settings.audit) trail.awsRequestIds = [];
    try {
      authorise(tool, settings);
      entry = settings.access?.enter(principal.identity, { tool, input: rawInput }, trail);
      if (entry) trail.hidesCosts = entry.hidesCosts;
      refuseUnaudited(settings.audit, tool);
      refuseTable(entry, rawInput, gateway.tableName);
      const input = validateInput(tool, rawInput, options.view?.read);
      if (typeof rawInput === 'string') refuseTable(entry, input, gateway.tableName);
      const port = gateway.at(tableIn(input));
      Object.assign(about, gateway.tableNames.length > 1 && { table: port.tableName });
      const { requestDeadlineMs: deadlineMs, results, guide, embed } = settings;
      const of = {
        ...options,
        principal: principal.name,
        caller: principal.share,
        log: callLog,
        access: entry?.access,
        mayGoOn: entry && mayGoOn(entry),
      };
      const task = () =>
        withCall({ ...of, deadlineMs, results }, (call) => {
          // The guide is about the default table.
          const context = { gateway: port, embed, guide: port === gateway ? guide : undefined };
          const run = (as: Call) => tool.run(input as never, { ...context, call: as });
          if (isDryRun(input)) return dryRun(tool, call, run);
          const rule = entry?.confirmation;
          if (!rule) return run(call);
          return requireConfirmation({ tool, input, rule, given, run }, call).then(() => run(call));
        });
      const output = await (takesHint ? withHint(input, task) : task());
      log.info(
        { ...about, ...outcome(200, started, trail) },
        trail.message ?? `${tool.name} succeeded`,
      );
      return output;
    } catch (error) {
      const failure = asServiceError(error);
      const fields = { ...about, ...outcome(failure.status, started, trail) };
      failed = failure;
      logFailure(log, failure, fields, hangUp);
      throw failure;
    } finally {
      entry?.admission.end(usageOf(trail, tool));
      settings.observe?.(tool, caller, failed);
      if (settings.audit || settings.watch) {
        const ended = { tool, rawInput, caller, entry, failed, started };
        const call = auditedCall({ ...ended, table: gateway.tableName });
        settings.audit?.record(call);
        settings.watch?.record(call, {
          principal: principal.name,
          input: rawInput,
          hidesCosts: trail.hidesCosts,
        });
      }
    }
  };
}

const WITHOUT_TABLE = new Set(['list_tables', 'transact_write_items', 'transact_get_items']);

/** Refuses a table that the role is not about as one that there is not; a JSON text is read later. */
function refuseTable(entry: Entry | undefined, input: unknown, usual: string): void {
  if (!entry || typeof input === 'string') return;
  const named = isJsonObject(input) ? tableIn(input) : undefined;
  // Where none is named, the entries of a transaction may be of any.
  if (named === undefined && WITHOUT_TABLE.has(entry.access.tool)) return;
  refuseForeignTable(entry.access, named ?? usual, TABLE);
}

/** The refusals for which a caller's values may be to blame. */
const BLAMED = new Set<ErrorCode>(['ValidationError', 'ConditionalCheckFailed']);

/** Adds to what a task returns, or to why it was refused, what the caller's values suggest. */
async function withHint(input: JsonObject, task: () => Promise<object>): Promise<object> {
  try {
    const output = await task();
    const hint = valueHint(input);
    return hint === undefined ? output : { ...output, hint };
  } catch (error) {
    if (!(error instanceof ServiceError) || !BLAMED.has(error.code)) throw error;
    const hint = valueHint(input, true);
    if (hint === undefined) throw error;
    const { code, message } = error;
    throw new ServiceError(code, `${message.replace(/[^.]$/, '$&.')} ${hint}`, error);
  }
}

/** Everybody may do everything, except write to a service that is read-only. */
function authorise(tool: AnyTool, { readOnly }: InvokeSettings): void {
  if (readOnly && tool.effect !== 'read') {
    throw new ServiceError('Forbidden', `This service is read-only; ${tool.name} writes.`);
  }
}
