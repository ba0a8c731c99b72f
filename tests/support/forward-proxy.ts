import { createServer, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from './listen.ts';
import { joinTo } from './relay.ts';

/** A forward proxy as companies have them, to which every name is the same machine. */
export interface ForwardProxy {
  url: string;
  /** What was asked for: `CONNECT host:port`, or the target of a request that is not tunnelled. */
  asked: string[];
  /** Refuses everything from now on. */
  refuse(): void;
  close(): Promise<void>;
}

/** Starts a proxy whose tunnels lead to 127.0.0.1, and plain requests to `host`, whatever is asked for. */
export async function startForwardProxy(host: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  let refuses = false;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push(`${headers['x-amz-target']} ${url}`);
    if (refuses) return response.writeHead(403).end();
    const { port, pathname: path } = new URL(url);
    const outgoing = httpRequest({ host, port, path, method, headers, agent: false });
    outgoing.on('response', (incoming) => {
      response.writeHead(incoming.statusCode ?? 0, incoming.headers);
      incoming.pipe(response);
    });
    request.pipe(outgoing);
  });
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(`CONNECT ${url}`);
    if (refuses) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    joinTo(socket, Number(url.split(':')[1]), '127.0.0.1');
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    refuse: () => {
      refuses = true;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
