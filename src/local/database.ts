import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { withCall } from '../dynamodb/calls/call.ts';
import { createGateway, type GatewaySettings } from '../dynamodb/gateway.ts';
import { createTable } from '../dynamodb/tables/create-table.ts';
import { StartError } from '../errors.ts';
import { SAMPLE_ITEMS } from './sample-items.ts';

/** The embedded engine takes any credentials. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

const SEED_DEADLINE_MS = 30_000;

/** An embedded DynamoDB on the loopback interface. */
export interface LocalDatabase {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts the embedded engine, in memory without a folder. */
export async function startDatabase(dataDir?: string): Promise<LocalDatabase> {
  const dynalite = await loadEngine();
  if (dataDir) await claimFolder(dataDir);
  const server = dynalite({
    ...(dataDir && { path: dataDir }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

async function loadEngine() {
  try {
    return (await import('dynalite')).default;
  } catch (error) {
    throw new StartError('The embedded database is not installed here; it comes with npm ci.', {
      cause: error,
    });
  }
}

/** Makes the folder and sees that nobody else has it open; dynalite itself would crash later. */
async function claimFolder(dataDir: string): Promise<void> {
  const dynalite = createRequire(import.meta.url).resolve('dynalite');
  const { Level } = createRequire(dynalite)('level') as LevelModule;
  const level = new Level(dataDir);
  try {
    await mkdir(dataDir, { recursive: true });
    await level.open();
    await level.close();
  } catch (error) {
    const locked = error instanceof Error && /lock/i.test(String(error.cause));
    const why = locked ? 'another process uses it' : 'it cannot be opened';
    throw new StartError(`The embedded database cannot use ${dataDir}: ${why}.`, { cause: error });
  }
}

/** The part of dynalite's own dependency that is used here. */
interface LevelModule {
  Level: new (folder: string) => { open(): Promise<void>; close(): Promise<void> };
}

/** Creates the table if there is none, with the sample items in it. */
export async function prepareTable(settings: GatewaySettings, log: Logger): Promise<void> {
  const created = await createTable(settings, settings.tableName);
  if (!created) return;
  const gateway = createGateway(settings);
  try {
    await withCall(
      { requestId: 'seed', caller: 'seed', deadlineMs: SEED_DEADLINE_MS, log },
      (call) => gateway.batchWriteItem({ put: [...SAMPLE_ITEMS], remove: [] }, call),
    );
  } finally {
    gateway.close();
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
