import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type TLSSocket } from 'node:tls';
import { listen } from './listen.ts';
import { joinTo } from './relay.ts';

const FOLDER = join(import.meta.dirname, 'localhost');

/** A certificate for the name `localhost` that signs itself, made with openssl for these tests. */
export const CERTIFICATE = join(FOLDER, 'certificate.pem');

const UNTIL_NOTICED_MS = 100;

/** The engine behind TLS. */
export interface TlsRelay {
  port: number;
  /** Connections that came to send something: the certificate was accepted. */
  accepted: number;
  /** Cuts its connections; who connects from now on waits in vain for a handshake. */
  fallSilent(): Promise<void>;
  close(): Promise<void>;
}

export async function startTlsRelay(engine: string): Promise<TlsRelay> {
  const { hostname, port: enginePort } = new URL(engine);
  const options = { cert: readFileSync(CERTIFICATE), key: readFileSync(join(FOLDER, 'key.pem')) };
  const connected = new Set<TLSSocket>();
  const relay = {
    port: 0,
    accepted: 0,
    fallSilent: async () => {
      server.removeAllListeners('connection');
      for (const socket of connected) socket.destroy();
      await sleep(UNTIL_NOTICED_MS);
    },
    close: async () => void server.close(),
  };
  const server = createServer(options, (incoming) => {
    connected.add(incoming);
    incoming.once('data', () => relay.accepted++);
    joinTo(incoming, Number(enginePort), hostname);
  });
  server.on('tlsClientError', () => {});
  relay.port = await listen(server);
  return relay;
}
