import { LogWriter } from './log-writer.ts';

/** Characters that wait to be written at most; what comes then is dropped. */
const MOST_WAITING = 4 * 1024 * 1024;
/** What is written at once, about: a pipe takes no more, and larger texts take time to prepare. */
const AT_ONCE = 64 * 1024;
/** Between two writes, so that busy turns of the event loop share them. */
const REST_MS = 5;
const FLUSH_MS = 1_000;

/**
 * Lines for a descriptor, in order, and never at the cost of who writes them. Those of one turn of
 * the event loop are written together, what is left at the exit then. While the log takes nothing
 * they wait, within bounds; how many were dropped is told once it does.
 */
export class LogStream {
  readonly #writer: LogWriter;
  readonly #tellDropped: (count: number) => void;
  /** Texts that are large enough for a write, behind which come the latest lines. */
  #full: string[] = [];
  #lines = '';
  #waiting = 0;
  #dropped = 0;
  /** Lines that were dropped so far. */
  droppedLines = 0;
  #idle = true;
  #flushing: (() => void)[] = [];

  /** `tellDropped` is to log how many lines are missing. */
  constructor(descriptor: number, tellDropped: (count: number) => void) {
    this.#writer = new LogWriter(descriptor);
    this.#tellDropped = tellDropped;
    process.on('exit', this.#finish);
  }

  /** Takes a line, or drops it. */
  write(line: string): void {
    if (this.#waiting >= MOST_WAITING) {
      this.#dropped++;
      this.droppedLines++;
      return;
    }
    this.#add(line);
    if (!this.#idle) return;
    this.#idle = false;
    setImmediate(this.#send);
  }

  /** Whether lines are taken: there is room, and nothing that was written last failed. */
  takes(): boolean {
    return this.#waiting < MOST_WAITING && !this.#writer.fails;
  }

  /** Calls back when all is written, or will not be soon. */
  flush(done: () => void): void {
    const over = () => {
      clearTimeout(timer);
      this.#flushing = this.#flushing.filter((waiting) => waiting !== over);
      // Last of all, because it may be what ends the process.
      process.off('exit', this.#finish).on('exit', this.#finish);
      done();
    };
    const timer = setTimeout(over, FLUSH_MS);
    this.#flushing.push(over);
    if (this.#idle) over();
  }

  #add(line: string): void {
    this.#waiting += line.length;
    this.#lines += line;
    if (this.#lines.length < AT_ONCE) return;
    this.#full.push(this.#lines);
    this.#lines = '';
  }

  readonly #send = () => this.#writer.write(this.#take(), this.#rest);

  readonly #rest = () => {
    if (this.#full.length > 0 || this.#flushing.length > 0) this.#goOn();
    else setTimeout(this.#goOn, REST_MS).unref();
  };

  readonly #goOn = () => {
    if (this.#waiting > 0 || this.#dropped > 0) return this.#send();
    this.#idle = true;
    for (const over of this.#flushing) over();
  };

  readonly #finish = () => {
    let text = '';
    while (this.#waiting > 0 || this.#dropped > 0) text += this.#take();
    this.#writer.finish(text);
  };

  /** What waits longest. Behind the last of it comes how many lines were dropped. */
  #take(): string {
    const text = this.#full.shift() ?? this.#takeLatest();
    this.#waiting -= text.length;
    return text;
  }

  #takeLatest(): string {
    if (this.#dropped > 0) {
      const count = this.#dropped;
      this.#dropped = 0;
      this.#tellDropped(count);
    }
    const lines = this.#lines;
    this.#lines = '';
    return lines;
  }
}
