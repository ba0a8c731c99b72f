import { Cancellation } from '../../dynamodb/calls/cancellation.ts';
import { asServiceError, type ErrorCode, type ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import { Pace } from '../pace.ts';
import type { ToolCalls, ToolResult } from '../tool-calls.ts';
import { waitFor } from '../waiting.ts';
import { Slots } from './slots.ts';

/**
 * For failures that are not about the line: for how many deadlines without any result a call is
 * repeated, before the import ends with the failure. All others are a line's final result.
 */
const PATIENCE: Partial<Record<ErrorCode, number>> = {
  Throttled: 30,
  RateLimited: 30,
  Overloaded: 6,
  Conflict: 6,
  StorageUnavailable: 2,
  DeadlineExceeded: 2,
  AuditUnavailable: 2,
  OutcomeUnknown: 2,
  StorageMisconfigured: 0,
  StorageError: 0,
  InternalError: 0,
  Unauthenticated: 0,
  ConfirmationRequired: 0,
};

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;
const SECOND_MS = 1_000;

/** The import has ended, and nobody waits for the call any more. */
export class Stopped extends Error {}

/** What bounds the calls of an import. */
export interface PatienceSettings {
  /** What one call may take, which all patience is measured by. */
  readonly deadlineMs: number;
  readonly unitsPerSecond: number | undefined;
}

/** Calls that slow down, wait and repeat while what is in their way may pass. */
export class PatientCalls {
  /** Why the import ended; undefined while it goes on. */
  failure: ServiceError | undefined;
  /** Aborts when the import ends before its lines. */
  readonly stopped = new Cancellation();
  /** Capacity units; undefined where they would tell of what the caller may not see. */
  consumedCapacity: number | undefined = 0;
  readonly #calls: ToolCalls;
  readonly #deadlineMs: number;
  readonly #pace: Pace;
  readonly #slots = new Slots();
  #lastResult = performance.now();

  constructor(calls: ToolCalls, { deadlineMs, unitsPerSecond }: PatienceSettings) {
    this.#calls = calls;
    this.#deadlineMs = deadlineMs;
    this.#pace = new Pace(unitsPerSecond);
  }

  stop(failure: ServiceError): void {
    this.failure ??= failure;
    this.stopped.abort();
  }

  /**
   * The result of a call; throws the ServiceError that is the final result of what it is about, or
   * Stopped. Where a repetition could tell another story, an unknown outcome is final.
   */
  async run(tool: string, input: JsonObject, unknownIsFinal = false): Promise<ToolResult> {
    const began = performance.now();
    for (let tries = 0; ; tries++) {
      try {
        return await this.#once(tool, input);
      } catch (error) {
        if (error instanceof Stopped) throw error;
        const failure = asServiceError(error);
        const patience = PATIENCE[failure.code];
        const isFinal = unknownIsFinal && failure.code === 'OutcomeUnknown';
        if (patience === undefined || isFinal) {
          this.#lastResult = performance.now();
          throw failure;
        }
        const asked = waitAskedBy(failure);
        const waited = performance.now() - Math.max(began, this.#lastResult);
        if (Math.max(waited, asked) >= patience * this.#deadlineMs) this.stop(failure);
        await this.slowDown(tries, asked);
      }
    }
  }

  /** Has fewer calls at once, and waits, longer each time; throws Stopped where the import ends meanwhile. */
  async slowDown(tries: number, leastMs = 0): Promise<void> {
    this.#slots.shrink();
    const longest = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS);
    await waitFor(Math.max(longest * Math.random(), leastMs), this.stopped);
    if (this.stopped.aborted) throw new Stopped();
  }

  async #once(tool: string, input: JsonObject): Promise<ToolResult> {
    await this.#slots.enter();
    try {
      await this.#pace.ready(this.stopped);
      if (this.stopped.aborted) throw new Stopped();
      const result = await this.#calls.run(tool, input);
      this.#lastResult = performance.now();
      this.#slots.grow();
      this.#account(result);
      return result;
    } finally {
      this.#slots.leave();
    }
  }

  #account({ trail }: ToolResult): void {
    this.#pace.spent(trail.consumedCapacity);
    if (trail.hidesCosts || this.consumedCapacity === undefined) this.consumedCapacity = undefined;
    else this.consumedCapacity += trail.consumedCapacity;
  }
}

/** How long a limit of the caller's own says to wait; DynamoDB does not say. */
function waitAskedBy({ code, retryAfterSeconds = 0 }: ServiceError): number {
  return code === 'RateLimited' ? retryAfterSeconds * SECOND_MS : 0;
}
