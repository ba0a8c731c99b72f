import type { Logger } from 'pino';

/** npm and `node --watch` deliver a signal to the whole group, so that it arrives twice. */
const REPEAT_IGNORED_MS = 2_000;

/** Ends the process well on SIGTERM and SIGINT: `stop`, then exit 0; a later signal exits at once. */
export function stopOnSignals(stop: () => Promise<void>, log: Logger): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < REPEAT_IGNORED_MS) return;
      log.warn({ signal }, 'Stopping at once');
      process.exit(1);
    }
    stoppingSince = performance.now();
    log.info({ signal }, 'Shutting down');
    stop().then(
      () => {
        log.info('Stopped');
        endProcess(0, log);
      },
      (error: unknown) => {
        log.fatal({ err: error }, 'Shutdown failed');
        endProcess(1, log);
      },
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/** Ends the process when something is thrown that nobody expected: its state cannot be trusted. */
export function exitOnDefects(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'Unexpected error; stopping');
    endProcess(1, log);
  });
}

/** Ends the process once the log is written, or will not be soon. */
export function endProcess(code: number, log: Logger): void {
  log.flush(() => process.exit(code));
}
