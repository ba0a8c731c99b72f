import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import { waitFor } from './waiting.ts';

const SECOND_MS = 1_000;

/** Keeps work within so many capacity units a second, over its whole time; without a rate it waits never. */
export class Pace {
  readonly #rate: number;
  #until = performance.now();

  constructor(unitsPerSecond: number | undefined) {
    this.#rate = unitsPerSecond ?? Number.POSITIVE_INFINITY;
  }

  /** Waits until what was spent before is paid off. */
  ready(signal: CancellationSignal): Promise<void> {
    return waitFor(this.#until - performance.now(), signal);
  }

  spent(units: number): void {
    const from = Math.max(this.#until, performance.now());
    this.#until = from + (units / this.#rate) * SECOND_MS;
  }
}
