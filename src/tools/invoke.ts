import type { Logger } from 'pino';
import { type CallLog, type ResultView, type Trail, withCall } from '../dynamodb/calls/call.ts';
import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import type { ResultBounds } from '../dynamodb/calls/held-result.ts';
import type { Gateway } from '../dynamodb/gateway.ts';
import type { Embed } from '../embeddings/embed.ts';
import { asServiceError, type ErrorCode, ServiceError } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import { tableIn } from './tables.ts';
import type { AnyTool, Principal } from './tool.ts';
import { validateInput } from './validate.ts';
import { valueHint } from './value-hint.ts';

/** Who calls a tool, and where what happened is to be noted. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
  readonly trail: Trail;
  /** Aborts when the caller hangs up. */
  readonly hangUp?: CancellationSignal;
  /** In what form, and how much of it, the caller gets what is stored; as it is without. */
  readonly view?: ResultView | undefined;
  /** Told of the items that a long walk has found. */
  readonly progress?: ((found: number, wanted: number) => void) | undefined;
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
}

export function createInvoke(gateway: Gateway, log: Logger, settings: InvokeSettings): Invoke {
  return async (tool, rawInput, caller) => {
    const started = performance.now();
    const { principal, ...options } = caller;
    const { requestId, trail, hangUp } = options;
    const about = { request_id: requestId, tool: tool.name, principal: principal.name };
    const callLog: CallLog = {
      warn: (fields, message) => log.warn({ ...about, ...fields }, message),
    };
    try {
      authorise(tool, settings);
      const input = validateInput(tool, rawInput, options.view?.read);
      const port = gateway.at(tableIn(input));
      Object.assign(about, gateway.tableNames.length > 1 && { table: port.tableName });
      const { requestDeadlineMs: deadlineMs, results, guide, embed } = settings;
      const of = { ...options, principal: principal.name, caller: principal.share, log: callLog };
      const output = await withHint(input, () =>
        withCall({ ...of, deadlineMs, results }, (call) =>
          tool.run(input as never, {
            gateway: port,
            call,
            embed,
            // It is about the default table.
            guide: port === gateway ? guide : undefined,
          }),
        ),
      );
      log.info(
        { ...about, ...outcome(200, started, trail) },
        trail.message ?? `${tool.name} succeeded`,
      );
      return output;
    } catch (error) {
      const failure = asServiceError(error);
      const fields = { ...about, ...outcome(failure.status, started, trail) };
      logFailure(log, failure, fields, hangUp);
      throw failure;
    }
  };
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

function outcome(status: number, started: number, trail: Trail) {
  return {
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    consumed_capacity: trail.consumedCapacity,
    attempts: trail.attempts,
    count: trail.count,
  };
}

function logFailure(
  log: Logger,
  failure: ServiceError,
  fields: object,
  hangUp?: CancellationSignal,
): void {
  const level = failure.status >= 500 ? 'error' : 'info';
  const defect = failure.code === 'InternalError' && failure.cause instanceof Error;
  log[level](
    {
      ...fields,
      code: failure.code,
      ...(hangUp?.aborted && { hung_up: true }),
      ...(defect && { stack: (failure.cause as Error).stack }),
    },
    failure.message,
  );
}
