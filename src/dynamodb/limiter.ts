import { ServiceError } from '../errors.ts';
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

  /** Runs the task when there is room; throws Overloaded when full or when the call ends first. */
  async run<Result>(call: Call, task: () => Promise<Result>): Promise<Result> {
    const waits = this.#inFlight >= this.#maxInFlight;
    if (waits) await this.#wait(call.abandoned);
    else this.#inFlight++;
    try {
      if (waits && timeLeft(call) < LEAST_TIME_MS) throw waitedTooLong();
      return await task();
    } finally {
      this.#release();
    }
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

  /** Hands the place on to the first who waits, or frees it. */
  #release(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#inFlight--;
      return;
    }
    this.#waiting.delete(next);
    next.admit();
  }
}

function waitedTooLong(): ServiceError {
  return new ServiceError('Overloaded', 'The request waited in the queue until its deadline.');
}
