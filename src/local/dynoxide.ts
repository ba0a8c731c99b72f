import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { StartError } from '../errors.ts';
import { startDynoxideProcess } from './dynoxide-process.ts';
import type { RunningEngine } from './engine.ts';
import { freeAddress } from './loopback.ts';
import { supervise } from './supervise.ts';

const NO_SAMPLE = 'The table could not be made again';

export interface DynoxideOptions {
  binary: string;
  /** Where its data is kept; in memory without. */
  folder: string | undefined;
  log: Logger;
  /** Puts back what was in memory, after an end. */
  refill: ((endpoint: string) => Promise<void>) | undefined;
}

/** Starts Dynoxide in a process of its own, which is started again on the same address if it ends. */
export async function startDynoxide(options: DynoxideOptions): Promise<RunningEngine> {
  const { binary, folder, log, refill } = options;
  const address = await freeAddress();
  const endpoint = `http://${address.host}:${address.port}`;
  const file = folder && join(folder, 'tables.sqlite');
  const start = () => startDynoxideProcess({ binary, file, ...address });
  if (folder) await mkdir(folder, { recursive: true });
  const process = await start().catch((error: Error) => {
    throw new StartError(
      `The embedded database Dynoxide does not start: ${error.message}. LOCAL_ENGINE=dynalite uses another.`,
      { cause: error },
    );
  });
  log.debug({ pid: process.pid }, 'Dynoxide runs');
  const stop = supervise(process, start, {
    ended: (how) => log.error({ detail: how }, 'Dynoxide has ended and is started again'),
    failed: (error, delayMs) =>
      log.error({ err: error }, `Dynoxide does not start; the next attempt is in ${delayMs} ms`),
    restarted: async ({ pid }) => {
      log.warn({ pid }, folder ? 'Dynoxide runs again' : 'Dynoxide runs again, its memory empty');
      if (!folder) await refill?.(endpoint).catch((error) => log.error({ err: error }, NO_SAMPLE));
    },
  });
  return { endpoint, close: stop };
}
