/** So many calls are under way at first, and at most. */
const FIRST = 4;
const MOST = 8;

/** Lets calls go on, fewer at once while they are refused, and then again more. */
export class Slots {
  #limit = FIRST;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  async enter(): Promise<void> {
    while (this.#taken >= Math.floor(this.#limit)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#taken++;
  }

  leave(): void {
    this.#taken--;
    this.#waiting.shift()?.();
  }

  /** After a call that went well. */
  grow(): void {
    this.#limit = Math.min(MOST, this.#limit + 1 / this.#limit);
    if (this.#taken < Math.floor(this.#limit)) this.#waiting.shift()?.();
  }

  /** After a call that was too much. */
  shrink(): void {
    this.#limit = Math.max(1, this.#limit / 2);
  }
}
