import { Cancellation } from '../../dynamodb/calls/cancellation.ts';

/** The exit codes of exports and imports; 2 is a command line that cannot be carried out. */
export const EXIT = { complete: 0, resumable: 1, rejected: 3, interrupted: 130 } as const;

/** npm passes on a signal that the whole group has already, so that it arrives twice. */
const REPEAT_IGNORED_MS = 2_000;

/** Aborts at the first Ctrl-C or SIGTERM, so that what was done is kept; the second ends at once. */
export function createInterruption(): Cancellation {
  const interrupted = new Cancellation();
  let since = Number.POSITIVE_INFINITY;
  const onSignal = () => {
    if (performance.now() - since >= REPEAT_IGNORED_MS) process.exit(EXIT.interrupted);
    if (interrupted.aborted) return;
    since = performance.now();
    interrupted.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return interrupted;
}
