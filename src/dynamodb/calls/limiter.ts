import { ServiceError } from '../../errors.ts';
import { Budget } from './budget.ts';
import { type Call, timeLeft } from './call.ts';
import type { CancellationSignal } from './cancellation.ts';

interface Waiter {
  readonly caller: string;
  admit(): void;
}

/** With less time than this left after the queue, a call could only fail on its way. */
const LEAST_TIME_MS = 10;

/**
 * Admits a bounded number of calls at once and lets a bounded number wait, first come first served,
 * but that nobody takes more than a share of either.
 */
export class Limiter {
  readonly #places: Budget;
  readonly #queue: Budget;
  readonly #waiting = new Set<Waiter>();

  constructor(maxInFlight: number, maxQueue: number) {
    this.#places = new Budget(maxInFlight);
    this.#queue = new Budget(maxQueue);
  }

  /** How many calls are admitted now. */
  get inFlight(): number {
    return this.#places.used;
  }

  /** How many calls wait now. */
  get queued(): number {
    return this.#queue.used;
  }

  /** Takes a place, which has to be left, if there is one now. */
  tryEnter(caller: string): boolean {
    return this.#places.take(caller, 1);
  }

  /**
   * Waits for a place, which has to be left; throws Overloaded when too many wait or the call ends
   * first.
   */
  async waitToEnter(call: Call): Promise<void> {
    await this.#wait(call.caller, call.abandoned);
    if (timeLeft(call) >= LEAST_TIME_MS) return;
    this.leave(call.caller);
    throw waitedTooLong();
  }

  /** Frees a place for the first who waits and may have it. */
  leave(caller: string): void {
    this.#places.give(caller, 1);
    for (const waiter of this.#waiting) {
      if (!this.#places.take(waiter.caller, 1)) continue;
      this.#waiting.delete(waiter);
      waiter.admit();
      return;
    }
  }

  #wait(caller: string, signal: CancellationSignal): Promise<void> {
    if (!this.#queue.take(caller, 1)) {
      throw new ServiceError('Overloaded', 'The service has too many requests waiting; try later.');
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiter);
        this.#queue.give(caller, 1);
        reject(waitedTooLong());
      };
      const waiter = {
        caller,
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          this.#queue.give(caller, 1);
          resolve();
        },
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(waiter);
    });
  }
}

function waitedTooLong(): ServiceError {
  return new ServiceError('Overloaded', 'The request waited in the queue until its deadline.');
}
