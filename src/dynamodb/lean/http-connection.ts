import type { OnReadOpts, Socket } from 'node:net';
import type { CancellationSignal } from '../calls/cancellation.ts';
import { connectionLost, type Exchange } from './exchange.ts';
import { AnswerReader, type HttpAnswer } from './http-answer.ts';
import type { ReadingRoom } from './reading-room.ts';
import { writeThisTurn } from './turn-writer.ts';

/** What a connection needs to know. */
export interface ConnectionOptions {
  /** Begins to connect; what arrives is read as the options say. */
  connect(onread: OnReadOpts): Socket;
  /** What the socket emits when a request can be sent, TLS and its checks done. */
  readyEvent: 'connect' | 'secureConnect';
  connectTimeoutMs: number;
  /** Where answers have their room while they arrive. */
  room: ReadingRoom;
  /** Called when another exchange can begin. */
  onIdle(connection: HttpConnection): void;
  /** Called, perhaps more than once, when no other exchange can begin. */
  onClose(connection: HttpConnection): void;
}

/** Idle sockets are closed before DynamoDB does, so that no request meets a closed one. */
const IDLE_TIMEOUT_MS = 20_000;
/** So much sooner than the server says is an idle socket closed. */
const IDLE_MARGIN_MS = 1_000;
const KEEP_ALIVE_TIMEOUT = /timeout=(\d+)/;

/**
 * What all connections read into, one piece after the other: each is used up, and what is kept of
 * it copied, before the next arrives. A buffer for every read would have to be made and collected.
 */
const pieces = Buffer.allocUnsafeSlow(65_536);

/** A connection of HTTP/1.1, which carries one exchange after the other. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  #ready = false;
  #exchange: Exchange | undefined;
  #idleTimeoutMs = IDLE_TIMEOUT_MS;
  #failure: Error | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const connectTimer = setTimeout(() => this.#failToConnect(), options.connectTimeoutMs);
    const receive = (length: number) => {
      this.#receive(pieces.subarray(0, length));
      return this.#mayReadOn();
    };
    this.#socket = options
      .connect({ buffer: pieces, callback: receive })
      .once(options.readyEvent, () => {
        this.#ready = true;
        clearTimeout(connectTimer);
        this.write();
      })
      .setTimeout(this.#idleTimeoutMs)
      .on('timeout', () => {
        if (!this.#exchange) this.destroy();
      })
      .on('end', () => this.#receiveEnd())
      .on('error', (error) => {
        this.#failure = error;
      })
      .on('close', () => {
        clearTimeout(connectTimer);
        options.onClose(this);
        this.#fail(this.#failure ?? connectionLost());
      });
  }

  /** Sends a request, head and body, and reads the answer; the signal ends it at any point. */
  exchange(request: Buffer, signal: CancellationSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader();
      this.#exchange = {
        request,
        reader,
        signal,
        length: undefined,
        written: false,
        resolve,
        reject,
      };
      signal.addEventListener('abort', this.#abort);
      if (signal.aborted) {
        this.#abort();
      } else if (this.#ready) {
        writeThisTurn(this);
      }
    });
  }

  /** Writes the request of the exchange, if there still is one. */
  write(): void {
    if (!this.#exchange || this.#socket.destroyed) return;
    this.#exchange.written = true;
    this.#socket.write(this.#exchange.request);
  }

  /** Ends the connection, and with an error or without, an exchange that is under way. */
  destroy(error?: Error): void {
    this.#options.onClose(this);
    this.#socket.destroy(error);
  }

  #receive(piece: Buffer): void {
    const exchange = this.#exchange;
    // Nobody asked.
    if (!exchange?.written) {
      this.destroy();
      return;
    }
    try {
      const answer = exchange.reader.take(piece);
      if (answer) this.#finish(exchange, answer);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  /** Whether there is room for what is still to come; where there is not, reading goes on later. */
  #mayReadOn(): boolean {
    const exchange = this.#exchange;
    if (!exchange || exchange.length !== undefined || exchange.reader.length === 0) return true;
    exchange.length = exchange.reader.length;
    return this.#options.room.enter(exchange.length, this.#readOn);
  }

  readonly #readOn = (): void => {
    this.#socket.resume();
  };

  #receiveEnd(): void {
    const answer = this.#exchange?.reader.end();
    if (this.#exchange && answer) this.#finish(this.#exchange, answer);
    this.destroy();
  }

  #finish(exchange: Exchange, answer: HttpAnswer): void {
    this.#leave(exchange);
    if (exchange.reader.persistent) {
      const { 'keep-alive': hint } = answer.headers;
      if (hint !== undefined) this.#keepAlive(hint);
      this.#options.onIdle(this);
    } else {
      this.destroy();
    }
    exchange.resolve(answer);
  }

  /** Keeps the socket for as long as the server says that it does. */
  #keepAlive(hint: string): void {
    const [, seconds] = KEEP_ALIVE_TIMEOUT.exec(hint) ?? [];
    if (seconds === undefined) return;
    const timeoutMs = Math.min(
      IDLE_TIMEOUT_MS,
      Math.max(1, Number(seconds) * 1000 - IDLE_MARGIN_MS),
    );
    if (timeoutMs === this.#idleTimeoutMs) return;
    this.#idleTimeoutMs = timeoutMs;
    this.#socket.setTimeout(timeoutMs);
  }

  readonly #abort = (): void => {
    this.#fail(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    this.destroy();
  };

  /** As the SDK's own handler reports it. */
  #failToConnect(): void {
    const error = new Error('The connection was not made in time.');
    this.destroy(Object.assign(error, { name: 'TimeoutError' }));
  }

  #fail(error: Error): void {
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#leave(exchange);
    // Nothing was sent: as good as a connection that could not be made.
    exchange.reject(exchange.written ? error : Object.assign(error, { syscall: 'connect' }));
  }

  #leave({ signal, length }: Exchange): void {
    this.#exchange = undefined;
    if (length !== undefined) this.#options.room.leave(length, this.#readOn);
    signal.removeEventListener('abort', this.#abort);
  }
}
