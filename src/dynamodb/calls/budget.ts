/** What a caller may hold of a bound, so that others go on. */
const SHARE = 7 / 8;

/** An amount that all callers share, of which each may hold no more than its share. */
export class Budget {
  readonly #total: number;
  readonly #share: number;
  readonly #held = new Map<string, number>();
  #used = 0;

  constructor(total: number) {
    this.#total = total;
    this.#share = Math.ceil(total * SHARE);
  }

  get isUnused(): boolean {
    return this.#used === 0;
  }

  /** What all callers hold together. */
  get used(): number {
    return this.#used;
  }

  /** Takes an amount for a caller, which has to be given back; false where it is not there. */
  take(caller: string, amount: number): boolean {
    if (!this.has(caller, amount)) return false;
    this.force(caller, amount);
    return true;
  }

  /** Takes an amount that is held already, whether it is there or not. */
  force(caller: string, amount: number): void {
    this.#used += amount;
    this.#held.set(caller, this.#heldBy(caller) + amount);
  }

  /** Whether an amount is there for a caller. */
  has(caller: string, amount: number): boolean {
    return this.#used + amount <= this.#total && this.#heldBy(caller) + amount <= this.#share;
  }

  /** Whether one caller could have so much if nobody held anything. */
  couldHold(amount: number): boolean {
    return amount <= this.#share;
  }

  give(caller: string, amount: number): void {
    this.#used -= amount;
    const held = this.#heldBy(caller) - amount;
    if (held > 0) this.#held.set(caller, held);
    else this.#held.delete(caller);
  }

  #heldBy(caller: string): number {
    return this.#held.get(caller) ?? 0;
  }
}
