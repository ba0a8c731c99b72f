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
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      base: { logger: 'dynamodb-mcp', service: SERVICE, environment: settings.environment },
      formatters: {
        level: (label) => ({ level: LEVEL_NAMES[label] ?? label.toUpperCase() }),
      },
    },
    typeof destination === 'number' ? pino.destination(destination) : destination,
  );
}
