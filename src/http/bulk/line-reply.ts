import type { ServerResponse } from 'node:http';
import { constants, createGzip, type Gzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** A balancer that closes idle connections after a minute never meets one that is idle for so long. */
const KEEP_ALIVE_MS = 15_000;
const EMPTY_LINE = '\n';

/** What a reply of lines is. */
export interface LineReplyOptions {
  readonly contentType: string;
  readonly gzip: boolean;
  /** Whether an empty line may stand where nothing else is to be told for long. */
  readonly keepsAlive: boolean;
}

/** A reply of lines, which begins when it is opened and keeps its connection from being idle. */
export class LineReply {
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #options: LineReplyOptions;
  readonly #gzip: Gzip | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  #failed = false;
  /** What ends the writes that wait, when the connection closes. */
  readonly #writing = new Set<() => void>();

  constructor(reply: FastifyReply, options: LineReplyOptions) {
    this.#reply = reply;
    this.#response = reply.raw;
    this.#options = options;
    this.#gzip = options.gzip ? createGzip({ level: constants.Z_BEST_SPEED }) : undefined;
    this.#response.once('close', () => {
      clearInterval(this.#timer);
      this.#gzip?.destroy();
      for (const giveUp of this.#writing) giveUp();
    });
  }

  /** Whether the reply has begun, so that a failure can only be told in it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether nobody can read it any more. */
  get isGone(): boolean {
    return this.#failed || this.#response.closed;
  }

  /** Bytes that wait for their reader. */
  get waiting(): number {
    return this.#response.writableLength;
  }

  /** Sends the head, with status 200. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { contentType, gzip, keepsAlive } = this.#options;
    void this.#reply
      .hijack()
      .header('content-type', contentType)
      .header('cache-control', 'no-store');
    if (gzip) void this.#reply.header('content-encoding', 'gzip');
    for (const [name, value] of Object.entries(this.#reply.getHeaders())) {
      if (value !== undefined) this.#response.setHeader(name, value);
    }
    this.#response.flushHeaders();
    this.#gzip?.pipe(this.#response);
    if (keepsAlive) this.#timer = setInterval(() => this.push(EMPTY_LINE), KEEP_ALIVE_MS);
  }

  /** Sends what may be thrown away where too much waits already. */
  push(line: string): void {
    if (!this.#isOpen || this.#response.closed || this.#response.writableNeedDrain) return;
    void this.write(line).catch(() => {});
  }

  /** Sends lines in one or more parts; done once they are on their way. Throws where nobody reads them any more. */
  async write(...parts: readonly (Buffer | string)[]): Promise<void> {
    this.#timer?.refresh();
    const [last = '', ...first] = [...parts].reverse();
    for (const part of first.reverse()) this.#stream.write(part);
    await this.#settled((done) => this.#stream.write(last, done));
    // What was written is to be read now, not when more has come.
    if (this.#gzip) await this.#settled((done) => this.#gzip?.flush(constants.Z_SYNC_FLUSH, done));
  }

  /** Sends the last line. */
  end(line: string): void {
    clearInterval(this.#timer);
    this.#stream.end(line);
  }

  /** Breaks the connection, so that what was sent is not taken for all there is. */
  break(): void {
    this.#response.destroy();
  }

  get #stream() {
    return this.#gzip ?? this.#response;
  }

  #settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new Error('The reader is gone.'));
      if (this.#response.closed) return giveUp();
      this.#writing.add(giveUp);
      start((error) => {
        this.#writing.delete(giveUp);
        if (!error) return resolve();
        this.#failed = true;
        giveUp();
      });
    });
  }
}
