import { type DestinationStream, type Logger, pino } from 'pino';

export const SERVICE = 'dynamodb-mcp-server';

/** Python's names, which the readers of the original service's logs know. */
const LEVEL_NAMES: Record<string, string> = { warn: 'WARNING', fatal: 'CRITICAL' };

/** A logger that writes one JSON object a line to a file descriptor (stdout) or a stream. */
export function createLogger(
  settings: { level: string; environment: string },
  destination: number | DestinationStream = 1,
): Logger {
  return pino(
    {
      level: settings.level,
      messageKey: 'message',
      timestamp: timestamps(),
      base: { logger: 'dynamodb-mcp', service: SERVICE, environment: settings.environment },
      formatters: {
        level: (label) => ({ level: LEVEL_NAMES[label] ?? label.toUpperCase() }),
      },
    },
    typeof destination === 'number'
      ? turnByTurn(pino.destination({ dest: destination, sync: true }))
      : destination,
  );
}

/** The member for the time of a line; made once a millisecond. */
function timestamps(): () => string {
  let last = 0;
  let member = '';
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      member = `,"timestamp":"${new Date(now).toISOString()}"`;
    }
    return member;
  };
}

/** Writes all lines of one turn of the event loop at once; what is left at the exit, then. */
function turnByTurn(stream: DestinationStream): DestinationStream & { flushSync(): void } {
  let lines = '';
  const flush = () => {
    const written = lines;
    lines = '';
    if (written) stream.write(written);
  };
  process.once('exit', flush);
  return {
    write: (line) => {
      if (!lines) setImmediate(flush);
      lines += line;
    },
    flushSync: flush,
  };
}
