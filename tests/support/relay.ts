import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A way to the engine that is closed until it is opened. */
export interface Relay {
  endpoint: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Reserves a port on which nothing listens yet. */
export async function reserveRelay(engine: string): Promise<Relay> {
  const { hostname, port: enginePort } = new URL(engine);
  const server = createServer((incoming) => joinTo(incoming, Number(enginePort), hostname));
  const port = await freePort();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    open: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: async () => void server.close(),
  };
}

/** Passes everything on, both ways. */
export function joinTo(incoming: Socket, port: number, host: string): void {
  const outgoing = connect(port, host);
  incoming.pipe(outgoing).pipe(incoming);
  incoming.on('error', () => outgoing.destroy());
  outgoing.on('error', () => incoming.destroy());
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
