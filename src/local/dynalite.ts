import { once } from 'node:events';
import type { Server } from 'node:http';
import { StartError } from '../errors.ts';
import { openOnce } from './dynalite-folder.ts';
import type { RunningEngine } from './engine.ts';
import { freeAddress } from './loopback.ts';

/** Starts dynalite in this process, in memory without a folder. */
export async function startDynalite(folder: string | undefined): Promise<RunningEngine> {
  const dynalite = await loadDynalite();
  if (folder) await openOnce(folder);
  const server = dynalite({
    ...(folder && { path: folder }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const { host, port } = await freeAddress();
  server.listen(port, host);
  await once(server, 'listening');
  return { endpoint: `http://${host}:${port}`, close: () => closeServer(server) };
}

async function loadDynalite() {
  try {
    return (await import('dynalite')).default;
  } catch (error) {
    throw new StartError('The embedded database is not installed here; it comes with npm ci.', {
      cause: error,
    });
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
