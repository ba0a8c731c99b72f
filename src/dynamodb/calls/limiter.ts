import { ServiceError } from '../../errors.ts';
import { type Call, timeLeft } from './call.ts';
import type { CancellationSignal } from './cancellation.ts';

interface Waiter {
  admit(): void;
}

/** With less time than this left after the queue, a call could only fail on its way. */
const LEAST_TIME_MS = 10;

/** Admits a bounded number of calls at once and lets a bounded number wait, first come first served. */
export class Limiter {
  readonly #maxInFlight: number;
  readonly #maxQueue: number;
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;

  constructor(maxInFlight: number, maxQueue: number) {
    this.#maxInFlight = maxInFlight;
    this.#maxQueue = maxQueue;
  }

  /** Takes a place, which has to be left, if there is one now. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#maxInFlight) return false;
    this.#inFlight++;
    return true;
  }

  /**
   * Waits for a place, which has to be left; throws Overloaded when too many wait or the call ends
   * first.
   */
  async waitToEnter(call: Call): Promise<void> {
    await this.#wait(call.abandoned);
    if (timeLeft(call) >= LEAST_TIME_MS) return;
    this.leave();
    throw waitedTooLong();
  }

  /** Hands the place on to the first who waits, or frees it. */
  leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#inFlight--;
      return;
    }
    this.#waiting.delete(next);
    next.admit();
  }

  #wait(signal: CancellationSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxQueue) {
      throw new ServiceError('Overloaded', 'The service has too many requests waiting; try later.');
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiter);
        reject(waitedTooLong());
      };
      const waiter = {
        admit: () => {
          signal.removeEventListener('abort', giveUp);
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
