import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Between two lines, so that a collector that is down does not fill the log. */
const EVERY_MS = 60_000;
const LONGEST = 256;

/** Has what the SDK complains of logged, seldom; returns how to stop that. */
export function logDiagnostics(log: Logger, now = () => performance.now()): () => void {
  let next = 0;
  let untold = 0;
  const tell = (message: string) => {
    if (now() < next) {
      untold++;
      return;
    }
    next = now() + EVERY_MS;
    log.warn(
      { detail: sentenceOf(message), ...(untold > 0 && { untold }) },
      'Metrics or traces could not be handed on',
    );
    untold = 0;
  };
  const ignore = () => {};
  const logger: DiagLogger = {
    error: tell,
    warn: tell,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return () => diag.disable();
}

/** The SDK tells errors as JSON with their stack; one sentence of it is enough. */
function sentenceOf(message: string): string {
  let said = String(message);
  try {
    const { message: sentence = said, code } = JSON.parse(said) as Record<string, string>;
    said = sentence || code || said;
  } catch {
    // It is text already.
  }
  return said.slice(0, LONGEST);
}
