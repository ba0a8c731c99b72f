import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cannotListen } from '../../errors.ts';

const PATH = '/metrics';
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const MOST_CONNECTIONS = 32;
const TIMEOUT_MS = 10_000;
const MOST_HEADER_BYTES = 8_192;

/** A listener that tells metrics, and nothing else. */
export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens it; throws StartError where it cannot listen. */
export async function listenForScrapes(
  { host, port }: { host: string; port: number },
  read: () => Promise<string>,
): Promise<MetricsListener> {
  const server = createServer(
    {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_MS,
    },
    answer(read),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = TIMEOUT_MS;
  await listening(server, host, port);
  // A socket that listens at a port has such an address.
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}${PATH}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** No page reads it, be it one that has this machine's address for its own name. */
function comesFromPage({ headers }: IncomingMessage): boolean {
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  return origin !== undefined || site !== 'none';
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(cannotListen(error, { host, port, prefix: 'METRICS_' })),
    );
    server.listen(port, host, resolve);
  });
}

function answer(read: () => Promise<string>): RequestListener {
  return (request, response) => {
    const refuse = (status: number, headers = {}) => {
      // A body would have to be read before the next request.
      response.writeHead(status, { connection: 'close', ...headers }).end();
    };
    const [path] = (request.url ?? '').split('?');
    if (path !== PATH) return refuse(404);
    if (comesFromPage(request)) return refuse(403);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(405, { allow: 'GET, HEAD' });
    }
    read().then(
      (text) => {
        response.writeHead(200, {
          'content-type': CONTENT_TYPE,
          'content-length': Buffer.byteLength(text),
          'cache-control': 'no-store',
        });
        response.end(request.method === 'HEAD' ? undefined : text);
      },
      () => refuse(500),
    );
  };
}
