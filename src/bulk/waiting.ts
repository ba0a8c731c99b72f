import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';

/** Waits for so many milliseconds, or until a signal aborts. */
export function waitFor(milliseconds: number, signal: CancellationSignal): Promise<void> {
  if (signal.aborted || milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
