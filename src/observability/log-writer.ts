import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';

/** How soon a full pipe is tried again, at first and at most; anything else that fails, later. */
const FULL_RETRY_MS = { first: 5, most: 200 };
const FAILED_RETRY_MS = 1_000;
/** A write that takes longer than this will not end by itself. */
const STUCK_MS = 500;
/** How long the exit waits for the log: at all, between two tries, for a write under way. */
const EXIT = { mostMs: 1_000, pauseMs: 5, underWayMs: 20 };

/**
 * Writes to a descriptor without ever stopping the event loop, one text after the other. What fails,
 * be it that a pipe is full or closed or a disk has no space, is tried again until it works.
 */
export class LogWriter {
  readonly #descriptor: number;
  /** A pipe or socket that says at once what it takes; files and terminals need a thread. */
  readonly #nonBlocking: boolean;
  #rest = Buffer.alloc(0);
  #done: () => void = () => {};
  #retryMs = FULL_RETRY_MS.first;
  /** Whether the last try failed, other than for a full pipe. */
  fails = false;
  /** Since when a thread has been writing; undefined while none is. */
  #since: number | undefined;

  constructor(descriptor: number) {
    const kind = fstatSync(descriptor);
    this.#nonBlocking = kind.isFIFO() || kind.isSocket();
    this.#descriptor = this.#nonBlocking ? withoutBlocking(descriptor) : descriptor;
  }

  /** Writes a text; calls back when all of it is written. Not to be called before that again. */
  write(text: string, done: () => void): void {
    this.#rest = Buffer.from(text);
    this.#done = done;
    this.#send();
  }

  /** What is still to be written, and more, at the exit: as far as the log takes it soon. */
  finish(more: string): void {
    if (this.#since !== undefined) {
      pause(EXIT.underWayMs);
      // A thread that cannot end would keep the process from it too.
      if (performance.now() - this.#since > STUCK_MS) process.kill(process.pid, 'SIGKILL');
      this.#rest = Buffer.alloc(0);
    }
    let rest = Buffer.concat([this.#rest, Buffer.from(more)]);
    const deadline = performance.now() + EXIT.mostMs;
    while (rest.length > 0 && performance.now() < deadline) {
      try {
        rest = rest.subarray(writeSync(this.#descriptor, rest));
      } catch (error) {
        if (!isFull(error)) return;
        pause(EXIT.pauseMs);
      }
    }
  }

  #send(): void {
    if (this.#nonBlocking) this.#sendAtOnce();
    else this.#sendByThread();
  }

  #sendAtOnce(): void {
    let bytes: number;
    try {
      bytes = writeSync(this.#descriptor, this.#rest);
    } catch (error) {
      this.#retry(error);
      return;
    }
    this.#sent(bytes);
  }

  #sendByThread(): void {
    this.#since = performance.now();
    write(this.#descriptor, this.#rest, (error, written) => {
      this.#since = undefined;
      if (error) this.#retry(error);
      else this.#sent(written);
    });
  }

  #sent(bytes: number): void {
    this.#retryMs = FULL_RETRY_MS.first;
    this.fails = false;
    this.#rest = this.#rest.subarray(bytes);
    if (this.#rest.length > 0) this.#send();
    else this.#done();
  }

  #retry(error: unknown): void {
    this.fails = !isFull(error);
    setTimeout(() => this.#send(), isFull(error) ? this.#retryMs : FAILED_RETRY_MS).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, FULL_RETRY_MS.most);
  }
}

/**
 * The same pipe opened anew, where the system has a way, so that no process that shares the old
 * descriptor can make it block. Else Node itself makes the descriptor of a stream non-blocking.
 */
function withoutBlocking(descriptor: number): number {
  void (descriptor === 1 ? process.stdout : process.stderr);
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return descriptor;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** Stops the whole process, which is about to end. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
