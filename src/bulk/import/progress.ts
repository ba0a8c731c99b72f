import type { Entry } from './entry.ts';

/** A batch of DynamoDB has so many entries. */
const MOST_ENTRIES = 25;
const MOST_BYTES = 524_288;
/** Lines without items end a unit too, so that it is known how far an import is. */
const MOST_LINES = 1_000;

/** What became of lines with items. */
export interface Counts {
  lines: number;
  written: number;
  failed: number;
  /** Those of which nobody knows whether they were written. */
  unknown: number;
}

/** Lines that follow each other, of which those with items are written at once. */
export class Unit {
  readonly first: number;
  last: number;
  /** The entries that are to be written. */
  readonly entries: Entry[] = [];
  readonly counts: Counts = { lines: 0, written: 0, failed: 0, unknown: 0 };
  /** Bytes of its lines. */
  bytes = 0;
  /** Whether every line has its final result. */
  isDone = false;

  constructor(first: number) {
    this.first = first;
    this.last = first;
  }

  get isFull(): boolean {
    return (
      this.entries.length >= MOST_ENTRIES ||
      this.bytes >= MOST_BYTES ||
      this.last - this.first >= MOST_LINES
    );
  }

  /** Whether it has an entry of the same key. */
  hasKeyOf({ identity }: Entry): boolean {
    return identity !== undefined && this.entries.some((other) => other.identity === identity);
  }
}

/** How far an import is: all that is counted is of lines that have their final result, like all before them. */
export class Progress {
  readonly counts: Counts = { lines: 0, written: 0, failed: 0, unknown: 0 };
  durableThroughLine: number;
  readonly #units: Unit[] = [];

  constructor(from: number) {
    this.durableThroughLine = from - 1;
  }

  /** Notes lines that follow those that were noted before. */
  begin(unit: Unit): void {
    this.#units.push(unit);
  }

  end(unit: Unit): void {
    unit.isDone = true;
    for (let next = this.#units[0]; next?.isDone; next = this.#units[0]) {
      this.durableThroughLine = next.last;
      for (const name of COUNTED) this.counts[name] += next.counts[name];
      this.#units.shift();
    }
  }
}

const COUNTED = ['lines', 'written', 'failed', 'unknown'] as const;
