import { setTimeout as sleep } from 'node:timers/promises';

/** A process that has started. */
export interface SupervisedProcess {
  readonly pid: number | undefined;
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** What a supervisor tells. */
export interface SupervisorEvents {
  ended(how: string): void;
  /** A further start has failed; the next is so many milliseconds away. */
  failed(error: unknown, delayMs: number): void;
  /** It runs again; must not throw. */
  restarted(process: SupervisedProcess): Promise<void>;
}

/** A process that lived this long had no trouble with its start. */
const STEADY_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/**
 * Starts a process again whenever it ends: at once the first time, then after 0.1 s, doubled with
 * each end until one lives for 10 s, at most 10 s. Returns what stops it for good.
 */
export function supervise(
  first: SupervisedProcess,
  start: () => Promise<SupervisedProcess>,
  events: SupervisorEvents,
): () => Promise<void> {
  const stopping = new AbortController();
  let current: SupervisedProcess | undefined = first;
  let delayMs = 0;

  const restart = async () => {
    while (!stopping.signal.aborted) {
      const waited = await sleep(delayMs, true, stopping).catch(() => false);
      if (!waited) return;
      delayMs = Math.min(delayMs * 2 || FIRST_DELAY_MS, LONGEST_DELAY_MS);
      try {
        current = await start();
      } catch (error) {
        events.failed(error, delayMs);
        continue;
      }
      if (!stopping.signal.aborted) await events.restarted(current);
      return;
    }
  };

  const watch = async () => {
    while (current && !stopping.signal.aborted) {
      const since = performance.now();
      const how = await current.ended;
      current = undefined;
      if (stopping.signal.aborted) return;
      if (performance.now() - since > STEADY_MS) delayMs = 0;
      events.ended(how);
      await restart();
    }
  };

  const watching = watch();
  return async () => {
    stopping.abort();
    await current?.stop();
    await watching;
    await current?.stop();
  };
}
