import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonObject } from '../../json/parse.ts';
import type { Call } from './call.ts';
import type { CancellationSignal } from './cancellation.ts';
import { isAmbiguous, isCancelledForGood } from './failures.ts';

/** Whether an operation may be sent again after a failure that leaves its outcome open. */
export interface RepeatPolicy {
  readonly effect: 'read' | 'write';
  readonly repeatable: boolean;
  /** Whether DynamoDB knows repetitions by a token, so that their answer is that of the first. */
  readonly tokened?: boolean;
  /** In which form items may be JSON already, because nobody looks into them. */
  readonly itemsAsJson?: ItemsForm | undefined;
}

/** Items as JSON: the whole list at once, or each alone, where the list may be cut. */
export type ItemsForm = 'list' | 'each';

export const READ: RepeatPolicy = { effect: 'read', repeatable: true };
export const REPEATABLE_WRITE: RepeatPolicy = { effect: 'write', repeatable: true };
export const SINGLE_WRITE: RepeatPolicy = { effect: 'write', repeatable: false };
export const TOKENED_WRITE: RepeatPolicy = { effect: 'write', repeatable: true, tokened: true };

const READ_AS_JSON: Record<ItemsForm, RepeatPolicy> = {
  list: { ...READ, itemsAsJson: 'list' },
  each: { ...READ, itemsAsJson: 'each' },
};

/** A read whose items may come as JSON; as values without a form. */
export function readAs(form: ItemsForm | undefined): RepeatPolicy {
  return form ? READ_AS_JSON[form] : READ;
}

/** The state of one SDK call over all its attempts. */
export class Operation {
  readonly #commandName: string;
  readonly call: Call;
  readonly policy: RepeatPolicy;
  /** Attempts that reached the network. */
  attempts = 0;
  /** True when some attempt may have been executed without an answer that says so. */
  ambiguous = false;
  /** When it was sent first, on the clock of performance.now(), where that is observed. */
  began: number | undefined;
  /** What it ended with, if that is a success. */
  answer: object | undefined;
  /** Attempts that followed a failure, and those of them that followed throttling. */
  retries = 0;
  throttledRetries = 0;
  /** Milliseconds that the last answer asks to wait before another attempt. */
  askedDelay = 0;
  /** What the service itself has read of the last answer, in the SDK's place. */
  kept: JsonObject | undefined;
  #inFlight = false;
  #lastFailure: unknown;

  constructor(commandName: string, call: Call, policy: RepeatPolicy) {
    this.#commandName = commandName;
    this.call = call;
    this.policy = policy;
  }

  /** What the command does, as Put or DescribeTable; a bundler may number the names of classes. */
  get name(): string {
    return this.#commandName.replace(/Command\d*$/, '');
  }

  /** A write ends at its deadline only; a read also when its caller hangs up. */
  get signal(): CancellationSignal {
    return this.policy.effect === 'read' ? this.call.abandoned : this.call.expired;
  }

  /** The last answer or network failure, not the abort that ended the call. */
  get lastFailure(): unknown {
    return this.#lastFailure;
  }

  attemptStarted(): void {
    this.attempts++;
    this.#inFlight = true;
  }

  /** Bytes of an answer's body that arrived. */
  received(bytes: number): void {
    this.call.trail.receivedBytes += bytes;
  }

  attemptSucceeded(): void {
    this.#inFlight = false;
  }

  /** Records that no attempt so far was executed, since the request was refused as it stands. */
  refused(): void {
    this.ambiguous = false;
    this.#inFlight = false;
  }

  /** Records a failure, whether or not it came from an attempt that was sent. */
  failed(error: unknown): void {
    if (this.#inFlight && isAmbiguous(error)) this.ambiguous = true;
    // Had an attempt before been executed, this one would have been told its success.
    else if (this.policy.tokened && isCancelledForGood(error)) this.ambiguous = false;
    this.#inFlight = false;
    if (!this.signal.aborted) this.#lastFailure = error;
  }
}

/** The operation that the SDK works on, for what it calls without saying on whose behalf. */
export const currentOperation = new AsyncLocalStorage<Operation>();
