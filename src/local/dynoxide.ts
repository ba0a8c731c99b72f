import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { StartError } from '../errors.ts';
import { unusable } from './data-folder.ts';
import { startDynoxideProcess } from './dynoxide-process.ts';
import type { RunningEngine } from './engine.ts';
import { freeAddress } from './loopback.ts';
import { type SupervisedProcess, supervise } from './supervise.ts';

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
  const process = await firstStart(start, folder);
  log.debug({ pid: process.pid }, 'Dynoxide runs');
  const stop = supervise(process, start, {
    ended: (how) => log.error({ detail: how }, 'Dynoxide has ended and is started again'),
    failed: (error, delayMs) =>
      log.error({ err: error }, `Dynoxide does not start; the next attempt is in ${delayMs} ms`),
    restarted: async ({ pid }) => {
      log.warn({ pid }, 'Dynoxide runs again');
      if (!folder) await fillAgain(() => refill?.(endpoint), log);
    },
  });
  return { endpoint, close: stop };
}

async function firstStart(start: () => Promise<SupervisedProcess>, folder: string | undefined) {
  try {
    if (folder) await mkdir(folder, { recursive: true });
    return await start();
  } catch (error) {
    if (folder) throw unusable(folder, error);
    const why = error instanceof Error ? error.message : error;
    throw new StartError(
      `The embedded database Dynoxide does not start: ${why}. LOCAL_ENGINE=dynalite uses another engine.`,
      { cause: error },
    );
  }
}

/** Puts back what was in memory; a failure is told, for the engine itself runs. */
async function fillAgain(refill: () => Promise<void> | undefined, log: Logger): Promise<void> {
  try {
    await refill();
    log.warn('What was in memory is lost; the sample is there again');
  } catch (error) {
    log.error({ err: error }, 'What was in memory is lost, and the sample cannot be made again');
  }
}
