/** Called once, when the work is to end. */
type Listener = () => void;

/** What can end work under way: as much of an AbortSignal as is needed, so that one will do. */
export interface CancellationSignal {
  readonly aborted: boolean;
  onabort: AbortSignal['onabort'];
  addEventListener(type: 'abort', listener: Listener): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

/** A signal that its owner aborts. An AbortController would cost more than checking a request. */
export class Cancellation implements CancellationSignal {
  onabort = null;
  #aborted = false;
  #listeners: Set<Listener> | undefined;

  get aborted(): boolean {
    return this.#aborted;
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners?.delete(listener);
  }
}
