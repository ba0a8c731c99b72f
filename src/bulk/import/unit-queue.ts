import type { Unit } from './progress.ts';

/** So much is under way at most. */
const MOST_UNITS = 8;
const MOST_BYTES = 2_097_152;

/** What is done with units. */
interface UnitWork {
  /** Never throws. */
  write(unit: Unit): Promise<void>;
  /** Told when nothing is under way any more. */
  whenIdle(): void;
}

/** Units under way, some at once, but those that have a key in common one after the other. */
export class UnitQueue {
  readonly #work: UnitWork;
  /** For each key under way, the end of the last unit that has it. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;

  constructor(work: UnitWork) {
    this.#work = work;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Takes a unit as soon as there is room for it; its lines follow those of the units before. */
  async send(unit: Unit): Promise<void> {
    while (this.#running.size >= MOST_UNITS || this.#isFullFor(unit)) {
      await Promise.race(this.#running);
    }
    this.#bytes += unit.bytes;
    const running = this.#write(unit).then(() => {
      this.#running.delete(running);
      this.#bytes -= unit.bytes;
      if (this.isIdle) this.#work.whenIdle();
    });
    this.#running.add(running);
  }

  /** Waits for all that is under way. */
  async ended(): Promise<void> {
    while (!this.isIdle) await Promise.all(this.#running);
  }

  #isFullFor({ bytes }: Unit): boolean {
    return !this.isIdle && this.#bytes + bytes > MOST_BYTES;
  }

  async #write(unit: Unit): Promise<void> {
    const keys = unit.entries.flatMap(({ identity }) => identity ?? []);
    const others = keys.flatMap((key) => this.#underWay.get(key) ?? []);
    const writing = this.#after(others, unit);
    for (const key of keys) this.#underWay.set(key, writing);
    await writing;
    for (const key of keys) {
      if (this.#underWay.get(key) === writing) this.#underWay.delete(key);
    }
  }

  async #after(others: readonly Promise<void>[], unit: Unit): Promise<void> {
    if (others.length > 0) await Promise.all(others);
    await this.#work.write(unit);
  }
}
