import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where an engine listens. */
export interface Address {
  host: string;
  port: number;
}

const FIRST_PORT = 10_000;
const LAST_PORT = 65_535;
const ATTEMPTS = 20;

/**
 * A free port on a random address of 127.0.0.0/8, or of 127.0.0.1 where the system has no other, so
 * that nobody finds an engine that answers whoever asks.
 */
export async function freeAddress(): Promise<Address> {
  let host = randomHost();
  for (let attempt = 1; ; attempt++) {
    const address = { host, port: randomInt(FIRST_PORT, LAST_PORT + 1) };
    const code = await tryToListen(address);
    if (code === undefined) return address;
    if (attempt === ATTEMPTS) throw new Error(`No free port on ${host}: ${code}`);
    host = code === 'EADDRNOTAVAIL' ? '127.0.0.1' : host;
  }
}

/** The last byte is neither 0 nor 255, which some systems take for a network or a broadcast. */
function randomHost(): string {
  return `127.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** The code of the error that keeps a server from listening there, if there is one. */
async function tryToListen({ host, port }: Address): Promise<string | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
