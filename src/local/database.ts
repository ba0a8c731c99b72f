import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { chooseEngine } from './choose-engine.ts';
import { claimFolder } from './data-folder.ts';
import { startDynalite } from './dynalite.ts';
import { startDynoxide } from './dynoxide.ts';
import { ENGINES, type Engine, type EngineName, type RunningEngine } from './engine.ts';

/** An engine takes any credentials. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface DatabaseOptions {
  /** The engine to use; by default the best that is there. */
  engine?: EngineName | undefined;
  /** Folders to look for `dynoxide` in, as in PATH. */
  searchPath?: string | undefined;
  /** Each engine keeps its data in a folder of its own below; in memory without. */
  dataDir?: string | undefined;
  /** Whether the engine's data there is deleted first. */
  reset?: boolean | undefined;
  log: Logger;
  /** Makes the tables and items again that an engine in memory lost when it ended. */
  refill?(endpoint: string, engine: Engine): Promise<void>;
}

/** An embedded DynamoDB on a loopback address that nobody else knows. */
export interface LocalDatabase extends RunningEngine {
  readonly engine: Engine;
}

/** Starts the embedded engine; throws StartError where it cannot. */
export async function startDatabase(options: DatabaseOptions): Promise<LocalDatabase> {
  const { dataDir, log } = options;
  const choice = chooseEngine(options.engine, options.searchPath);
  const engine = ENGINES[choice.name];
  const refill = async (endpoint: string) => options.refill?.(endpoint, engine);
  const release = dataDir ? await claimFolder(dataDir) : () => {};
  const folder = dataDir && join(dataDir, choice.name);
  if (folder && options.reset) await rm(folder, { recursive: true, force: true });
  const starting =
    choice.name === 'dynoxide'
      ? startDynoxide({ binary: choice.binary, folder, log, refill })
      : startDynalite(folder);
  const running = await starting.catch((error: unknown) => {
    release();
    throw error;
  });
  return {
    engine,
    endpoint: running.endpoint,
    close: async () => {
      await running.close();
      release();
    },
  };
}
