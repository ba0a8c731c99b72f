import type { Budget } from './budget.ts';

/** What bounds a result that is read in several pages or chunks. */
export interface ResultBounds {
  /** Bytes of answers after which no further page is read. */
  readonly maxBytes: number;
  /** What all results may take in memory while they are read on. */
  readonly budget: Budget;
}

/** A byte of an answer, as the values that are made of it. */
const WEIGHT = 8;

/** What a call holds of its result while it reads on. */
export class HeldResult {
  readonly #bounds: ResultBounds;
  readonly #caller: string;
  #held = 0;

  constructor(bounds: ResultBounds, caller: string) {
    this.#bounds = bounds;
    this.#caller = caller;
  }

  /** Whether there is room to hold what was received so far while more is read. */
  mayReadOn(receivedBytes: number): boolean {
    if (receivedBytes >= this.#bounds.maxBytes) return false;
    const more = receivedBytes * WEIGHT - this.#held;
    if (!this.#bounds.budget.take(this.#caller, more)) return false;
    this.#held += more;
    return true;
  }

  /** The result is complete, or given up. */
  release(): void {
    this.#bounds.budget.give(this.#caller, this.#held);
  }
}
