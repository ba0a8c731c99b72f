import type { DestinationStream } from 'pino';
import { LogWriter } from './log-writer.ts';

/** Characters that wait to be written at most; what comes then is dropped. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Between two writes, so that busy turns of the event loop share them. */
const REST_MS = 5;
const FLUSH_MS = 1_000;

/** Where log lines go: as many as fit, in order, and never at the cost of who writes them. */
export interface LogStream extends DestinationStream {
  /** Calls back when all is written, or will not be soon. */
  flush(done: () => void): void;
}

/**
 * Lines for a descriptor. Those of one turn of the event loop are written together, what is left
 * at the exit then. While the log takes nothing they wait, within bounds; how many were dropped is
 * told once it does.
 */
export function createLogStream(
  descriptor: number,
  tellDropped: (count: number) => void,
): LogStream {
  const writer = new LogWriter(descriptor);
  let lines = '';
  let dropped = 0;
  let idle = true;
  let flushing: (() => void)[] = [];

  const take = () => {
    const text = lines;
    lines = '';
    return text;
  };
  const takeDropped = () => {
    if (dropped === 0) return '';
    const count = dropped;
    dropped = 0;
    tellDropped(count);
    return take();
  };
  const send = () => {
    writer.write(take() + takeDropped(), rest);
  };
  const rest = () => {
    if (flushing.length > 0) return goOn();
    setTimeout(goOn, REST_MS).unref();
  };
  const goOn = () => {
    if (lines || dropped > 0) return send();
    idle = true;
    for (const done of flushing) done();
    flushing = [];
  };
  const finish = () => writer.finish(take() + takeDropped());
  process.on('exit', finish);
  return {
    write: (line) => {
      if (lines.length >= MOST_WAITING) {
        dropped++;
        return;
      }
      lines += line;
      if (!idle) return;
      idle = false;
      setImmediate(send);
    },
    flush: (done) => {
      const soon = Promise.withResolvers<void>();
      const timer = setTimeout(soon.resolve, FLUSH_MS);
      if (idle) soon.resolve();
      else flushing.push(soon.resolve);
      void soon.promise.then(() => {
        clearTimeout(timer);
        // Last of all, because it may be what ends the process.
        process.off('exit', finish).on('exit', finish);
        done();
      });
    },
  };
}
