import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CancellationSignal } from '../calls/cancellation.ts';
import type { HttpAnswer } from './http-answer.ts';
import { type ConnectionOptions, HttpConnection } from './http-connection.ts';
import { ReadingRoom } from './reading-room.ts';

/** How connections are made. */
export interface PoolSettings {
  connectTimeoutMs: number;
}

const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true };
const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** Warm connections to one origin, of which there are as many as exchanges under way at once. */
export class HttpPool {
  readonly #requestLine: string;
  readonly #secure: boolean;
  readonly #address: { host: string; port: number };
  readonly #options: ConnectionOptions;
  #idle: HttpConnection[] = [];
  #tlsSession: Buffer | undefined;
  #closed = false;

  /** Takes the origin and path of an endpoint. */
  constructor(endpoint: URL, { connectTimeoutMs }: PoolSettings) {
    const { protocol, hostname, port, pathname } = endpoint;
    this.#requestLine = `POST ${pathname} HTTP/1.1\r\n`;
    this.#secure = protocol === 'https:';
    this.#address = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (DEFAULT_PORTS[protocol] ?? 0),
    };
    this.#options = {
      connect: (onread) => this.#connect(onread),
      readyEvent: this.#secure ? 'secureConnect' : 'connect',
      connectTimeoutMs,
      room: new ReadingRoom(),
      onIdle: (connection) => {
        if (this.#closed) connection.destroy();
        else this.#idle.push(connection);
      },
      onClose: (connection) => {
        this.#idle = this.#idle.filter((idle) => idle !== connection);
      },
    };
  }

  /**
   * Posts a body with headers given as pairs of name and value; the signal ends it at any point,
   * also while the answer is read.
   */
  post(
    headers: readonly string[],
    body: Uint8Array,
    signal: CancellationSignal,
  ): Promise<HttpAnswer> {
    // The connection that was used last is the warmest.
    const connection = this.#idle.pop() ?? new HttpConnection(this.#options);
    return connection.exchange(formatRequest(this.#requestLine, headers, body), signal);
  }

  /** Closes idle connections now, and the others when their answer is there. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle) connection.destroy();
  }

  #connect(onread: OnReadOpts): Socket {
    const options = { ...this.#address, ...KEEP_ALIVE, onread };
    if (!this.#secure) return connectTcp(options);
    const { host } = this.#address;
    const socket = connectTls({
      ...options,
      ...(!isIP(host) && { servername: host }),
      ...(this.#tlsSession && { session: this.#tlsSession }),
      ALPNProtocols: ['http/1.1'],
    });
    return socket.on('session', (session) => {
      this.#tlsSession = session;
    });
  }
}

/** The bytes of a request; headers are in ASCII. */
function formatRequest(requestLine: string, headers: readonly string[], body: Uint8Array): Buffer {
  let head = requestLine;
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  head += '\r\n';
  const request = Buffer.allocUnsafe(head.length + body.length);
  request.write(head, 'latin1');
  request.set(body, head.length);
  return request;
}
