import { useEffect, useRef, useState } from 'preact/hooks';
import { ServiceFailure } from './service.ts';

/** Something that the page asks of the service, again and again, once at a time. */
export interface Task {
  readonly isRunning: boolean;
  /** Why the last run failed; it is forgotten when the next one begins. */
  readonly failure: ServiceFailure | undefined;
  /** True once it is done; a run that is still under way is given up for it. */
  run(work: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  stop(): void;
  forget(): void;
}

/** Keeps whether something runs, and why it failed; stops it when the page shows something else. */
export function useTask(): Task {
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<ServiceFailure>();
  const current = useRef<AbortController>(undefined);
  const stop = () => current.current?.abort();
  useEffect(() => stop, []);
  return {
    isRunning,
    failure,
    stop,
    forget: () => setFailure(undefined),
    run: async (work) => {
      stop();
      const mine = new AbortController();
      current.current = mine;
      setRunning(true);
      setFailure(undefined);
      try {
        await work(mine.signal);
        return true;
      } catch (error) {
        if (!mine.signal.aborted) setFailure(asFailure(error));
        return false;
      } finally {
        if (current.current === mine) setRunning(false);
      }
    },
  };
}

/** A fault of the page itself is told as one. */
export function asFailure(error: unknown): ServiceFailure {
  if (error instanceof ServiceFailure) return error;
  return new ServiceFailure('Unexpected', error instanceof Error ? error.message : String(error));
}
