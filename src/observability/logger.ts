import { isatty } from 'node:tty';
import { type DestinationStream, type Logger, pino } from 'pino';
import { boundLine, shortError, shortText } from './log-line.ts';
import { LogStream } from './log-stream.ts';
import { readableLine } from './readable-line.ts';
import { createTimestamps } from './timestamps.ts';

export const SERVICE = 'dynamodb-mcp-server';

/** Python's names, which the readers of the original service's logs know. */
const LEVEL_NAMES: Record<string, string> = { warn: 'WARNING', fatal: 'CRITICAL' };

/**
 * A logger that writes one JSON object a line, of at most 64 KB, to a file descriptor (stdout) or a
 * stream; to a terminal, text for a person. A descriptor that takes nothing neither stops nor ends
 * the service.
 */
export function createLogger(
  settings: { level: string; environment: string },
  destination: number | DestinationStream = 1,
): Logger {
  const stream =
    typeof destination === 'number'
      ? new LogStream(destination, (dropped) =>
          log.warn({ dropped }, 'Log lines were dropped while nobody took them'),
        )
      : destination;
  const isForPerson = typeof destination === 'number' && isatty(destination);
  const timestamp = createTimestamps();
  const log = pino(
    {
      level: settings.level,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${timestamp()}"`,
      base: { logger: 'dynamodb-mcp', service: SERVICE, environment: settings.environment },
      formatters: {
        level: (label) => ({ level: LEVEL_NAMES[label] ?? label.toUpperCase() }),
      },
      serializers: { err: shortError, stack: shortText, detail: shortText },
    },
    {
      write: (line: string) => {
        const bounded = boundLine(line);
        stream.write(isForPerson ? readableLine(bounded) : bounded);
      },
      // Pino calls this by its name, though its type has none.
      ...(stream instanceof LogStream && {
        flush: (done: () => void) => stream.flush(done),
        takes: () => stream.takes(),
        dropped: () => stream.droppedLines,
      }),
    },
  );
  return log;
}

/** Where the lines of a logger go, for lines that are made elsewhere. */
export function linesOf(log: Logger): { write(line: string): void; takes(): boolean } {
  const stream = streamOf(log);
  return {
    write: (line) => stream?.write(line),
    takes: () => stream?.takes?.() ?? true,
  };
}

/** How many lines of a logger were dropped so far while nobody took them. */
export function droppedLines(log: Logger): number {
  return streamOf(log)?.dropped?.() ?? 0;
}

/** What createLogger gave to pino. */
interface Lines extends DestinationStream {
  takes?(): boolean;
  dropped?(): number;
}

function streamOf(log: Logger): Lines | undefined {
  // Pino keeps it under this name, of which its types know nothing.
  return (log as unknown as Record<symbol, Lines>)[pino.symbols.streamSym];
}
