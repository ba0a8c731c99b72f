import type { Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { CancellationSignal } from '../cancellation.ts';

/** An answer of DynamoDB, read whole. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

export interface PoolSettings {
  connectTimeoutMs: number;
  maxSockets: number;
  /** The process's environment where its proxies are to be used; undefined where not. */
  proxyEnvironment: NodeJS.ProcessEnv | undefined;
}

/** Idle sockets are closed before DynamoDB does, so that no request meets a closed one. */
const IDLE_TIMEOUT_MS = 20_000;

/** undici's names for what Node and the SDK call otherwise. */
const CODES = new Map([
  ['UND_ERR_SOCKET', 'ECONNRESET'],
  ['UND_ERR_DESTROYED', 'ECONNRESET'],
  ['UND_ERR_CLOSED', 'ECONNRESET'],
  // Our own aborts have no code: these are a proxy's refusal, and a proxy that is not there.
  ['UND_ERR_ABORTED', 'ERR_PROXY_TUNNEL'],
  ['UND_ERR_PRX_CONN', 'ERR_PROXY_TUNNEL'],
]);

/** Warm connections to one origin. */
export class HttpPool {
  readonly #dispatcher: Dispatcher;
  readonly #origin: string;

  constructor(origin: string, settings: PoolSettings) {
    const options = {
      connections: settings.maxSockets,
      pipelining: 1,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      keepAliveMaxTimeout: IDLE_TIMEOUT_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: settings.connectTimeoutMs },
    };
    this.#origin = origin;
    this.#dispatcher = settings.proxyEnvironment
      ? new EnvHttpProxyAgent({ ...options, clientFactory: createTunnelClient })
      : new Pool(origin, options);
  }

  /**
   * Posts a body with headers given as pairs of name and value; the signal ends it at any point,
   * also while the answer is read.
   */
  post(headers: string[], body: Buffer, signal: CancellationSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(signal, resolve, reject);
      this.#dispatcher.dispatch(
        { origin: this.#origin, path: '/', method: 'POST', headers, body },
        exchange,
      );
    });
  }

  /** Closes idle connections now, and the others when their answer is there. */
  async close(): Promise<void> {
    await this.#dispatcher.close();
  }
}

/** What asks a proxy for tunnels. undici gives its classes `connect` where it is loaded whole. */
function createTunnelClient(proxy: URL, options: object): Dispatcher {
  return Object.assign(new Pool(proxy, options), { connect });
}

/** Collects one answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: CancellationSignal;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};

  constructor(
    signal: CancellationSignal,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers as HttpAnswer['headers'];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#finish();
    const [only] = this.#chunks;
    const body = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish();
    this.#reject(translate(error));
  }

  readonly #abort = (): void => {
    const error = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    this.#controller?.abort(error);
    this.#finish();
    this.#reject(error);
  };

  #finish(): void {
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** A failure of undici as the SDK's own handler would report it. */
function translate(error: Error & { code?: string }): Error {
  if (error.code === 'UND_ERR_CONNECT_TIMEOUT') {
    return Object.assign(new Error(error.message, { cause: error }), { name: 'TimeoutError' });
  }
  const code = CODES.get(error.code ?? '');
  return code ? Object.assign(new Error(error.message, { cause: error }), { code }) : error;
}
