import { Cancellation } from '../../dynamodb/calls/cancellation.ts';

/** The exit codes of exports and imports; 2 is a command line that cannot be carried out. */
export const EXIT = { complete: 0, resumable: 1, rejected: 3, interrupted: 130 } as const;

/** Aborts at the first Ctrl-C or SIGTERM, so that what was done is kept; the second ends at once. */
export function createInterruption(): Cancellation {
  const interrupted = new Cancellation();
  const onSignal = () => {
    if (interrupted.aborted) process.exit(EXIT.interrupted);
    interrupted.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return interrupted;
}
