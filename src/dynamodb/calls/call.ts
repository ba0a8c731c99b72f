import type { Context } from '@opentelemetry/api';
import type { JsonObject } from '../../json/parse.ts';
import type { Access } from '../guard/access.ts';
import { Cancellation, type CancellationSignal } from './cancellation.ts';
import { HeldResult, type ResultBounds } from './held-result.ts';

/** What one request left behind, for its log line and its headers; written by the gateway. */
export interface Trail {
  /** HTTP requests sent to DynamoDB, retries included. */
  attempts: number;
  /** Bytes of answers, as they came over the wire. */
  receivedBytes: number;
  /** Capacity units, as DynamoDB reported them. */
  consumedCapacity: number;
  /** Those of writes among them. */
  writeUnits: number;
  /** The ids that DynamoDB gave its answers, where they are wanted. */
  awsRequestIds?: string[];
  /** Whether what the call cost is not told to its caller. */
  hidesCosts?: boolean;
  /** What is left of the caller's requests, as the RateLimit header fields tell it. */
  requestsLeft?: { readonly policy: string; readonly left: string } | undefined;
  /** What was done, as `Item stored successfully: PK=a, SK=b`. */
  message?: string;
  /** How many items were returned or written. */
  count?: number;
  /** What was done, in a sentence for the caller that names nothing stored. */
  said?: string;
  /** Whether the result ends where it does to stay small. */
  cut?: boolean;
  /** How many items are shown in outline, being larger than a result may be. */
  outlined?: number;
  /** What became of the confirmation that a write needs; undefined where it needs none. */
  confirmation?: ConfirmationOutcome;
}

/** Whether somebody was asked about a write, and what came of it. */
export type ConfirmationOutcome = 'asked' | 'given by human' | 'given by code' | 'declined';

/** How a caller gets what is stored, where not as it is and whole. */
export interface ResultView {
  /** Bytes that the items of a result may have as JSON. */
  readonly maxBytes: number;
  /** An item or key in the caller's form; attributes that were asked for by name are not shortened. */
  show(item: JsonObject, named?: ReadonlySet<string>): JsonObject;
  /** What stands for an item that is larger than a result may be, with its key in the caller's form. */
  outline(item: JsonObject, key: JsonObject): JsonObject;
  /** An input in the service's own form; throws ValidationError for what stands for something unseen. */
  read(input: JsonObject): JsonObject;
}

/** Where a call is logged: as much of a logger as the gateway needs. */
export interface CallLog {
  warn(fields: object, message: string): void;
}

/** The request on whose behalf the gateway works. */
export interface Call {
  readonly requestId: string;
  /** On whose behalf it is made, by name; undefined for the service's own. */
  readonly principal?: string | undefined;
  /** Whose share of the service's bounds it takes: the name of a principal, or an address. */
  readonly caller: string;
  /** What its caller may do; undefined where no policy says. */
  readonly access?: Access | undefined;
  /** Whether it only asks how things are, and so goes past the limits. */
  readonly isProbe?: boolean | undefined;
  /** Whether it ends where it would read or write an item. */
  readonly isRehearsal?: boolean | undefined;
  /** When the answer is due, on the clock of performance.now(), in milliseconds. */
  readonly deadline: number;
  /** Aborts at the deadline. */
  readonly expired: CancellationSignal;
  /** Aborts at the deadline or when the caller hangs up. */
  readonly abandoned: CancellationSignal;
  readonly trail: Trail;
  /** The span that it belongs to; undefined where nothing is traced. */
  readonly trace?: Context | undefined;
  readonly log: CallLog;
  /** What its result takes while more is read; undefined where nothing bounds it. */
  readonly held?: HeldResult | undefined;
  /** Whether its caller may use more capacity; undefined where nothing limits that. */
  readonly mayGoOn?: ((trail: Trail) => boolean) | undefined;
  /** Without it items are returned as they are, and whole. */
  readonly view?: ResultView | undefined;
  /** Whether lists of items may be returned as JSON. */
  readonly takesJson?: boolean | undefined;
  /** Told after each page of a walk: items found so far, and how many are wanted. */
  readonly progress?: ((found: number, wanted: number) => void) | undefined;
}

/** Milliseconds left until the call's deadline; negative when it has passed. */
export function timeLeft(call: Call): number {
  return call.deadline - performance.now();
}

/** Whether a call may hold what it has received so far while it goes on, and use more capacity. */
export function mayReadOn({ held, trail, mayGoOn }: Call): boolean {
  return (held?.mayReadOn(trail.receivedBytes) ?? true) && (mayGoOn?.(trail) ?? true);
}

/** What opens a call. */
export interface CallOptions
  extends Pick<
    Call,
    | 'requestId'
    | 'principal'
    | 'caller'
    | 'access'
    | 'mayGoOn'
    | 'isProbe'
    | 'trace'
    | 'log'
    | 'view'
    | 'takesJson'
    | 'progress'
  > {
  deadlineMs: number;
  results?: ResultBounds;
  trail?: Trail;
  /** Aborts when the caller hangs up. */
  hangUp?: CancellationSignal | undefined;
}

export function newTrail(): Trail {
  return { attempts: 0, receivedBytes: 0, consumedCapacity: 0, writeUnits: 0 };
}

/** Runs a task as a call with a deadline, which starts now. */
export async function withCall<Result>(
  { deadlineMs, hangUp, results, trail = newTrail(), ...given }: CallOptions,
  task: (call: Call) => Promise<Result>,
): Promise<Result> {
  const expired = new Cancellation();
  const abandoned = new Cancellation();
  const expire = () => {
    expired.abort();
    abandoned.abort();
  };
  const abandon = () => abandoned.abort();
  const timer = setTimeout(expire, deadlineMs);
  const held = results && new HeldResult(results, given.caller);
  hangUp?.addEventListener('abort', abandon);
  if (hangUp?.aborted) abandon();
  try {
    return await task({
      ...given,
      deadline: performance.now() + deadlineMs,
      expired,
      abandoned,
      trail,
      held,
    });
  } finally {
    clearTimeout(timer);
    held?.release();
    hangUp?.removeEventListener('abort', abandon);
  }
}
