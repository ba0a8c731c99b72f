/** Answers at least this long are counted; all others together are little. */
const COUNTED_BYTES = 131_072;
/** What the counted answers that are being received may take together. */
const MAX_BYTES = 50_331_648;

/** Bounds what all answers take while they arrive: what is too much waits on its connection. */
export class ReadingRoom {
  #used = 0;
  readonly #waiting = new Map<() => void, number>();

  /** Makes room for an answer, or calls back when there is some; leave it with the same length. */
  enter(length: number, whenFree: () => void): boolean {
    if (length < COUNTED_BYTES) return true;
    if (this.#used > 0 && this.#used + length > MAX_BYTES) {
      this.#waiting.set(whenFree, length);
      return false;
    }
    this.#used += length;
    return true;
  }

  /** An answer is whole, or will not be; one that still waits stops waiting. */
  leave(length: number, whenFree: () => void): void {
    if (length < COUNTED_BYTES || this.#waiting.delete(whenFree)) return;
    this.#used -= length;
    for (const [next, wanted] of this.#waiting) {
      if (this.#used > 0 && this.#used + wanted > MAX_BYTES) return;
      this.#waiting.delete(next);
      this.#used += wanted;
      next();
    }
  }
}
