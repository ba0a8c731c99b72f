import { pino, type SerializedError } from 'pino';

const MOST_BYTES = 64 * 1024;
/** No character takes more in UTF-8 than this for a unit of a string. */
const BYTES_A_UNIT = 3;
const LONGEST_TEXT = 8 * 1024;
const LONGEST_SHOWN = 256;

/** The members of a line that say where it belongs. */
const ESSENTIAL = ['level', 'timestamp', 'logger', 'service', 'environment', 'request_id', 'tool'];

/** A text of unknown length, as a log line may have it. */
export function shortText(text: unknown): unknown {
  if (typeof text !== 'string' || text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT)}…`;
}

/** What a log line tells of an error: no members of its own, which may be anything. */
export function shortError(error: Error): unknown {
  if (!(error instanceof Error)) return shortText(error);
  const { type, message, stack, code }: SerializedError & { code?: unknown } =
    pino.stdSerializers.err(error);
  return { type, message: shortText(message), stack: shortText(stack), code: shortText(code) };
}

/** The line as it is if it is short enough, else with shortened texts, or without most members. */
export function boundLine(line: string): string {
  if (fits(line)) return line;
  const shorter = `${JSON.stringify(JSON.parse(line), (_name, value) => shortText(value))}\n`;
  if (fits(shorter)) return shorter;
  const members: Record<string, unknown> = JSON.parse(line);
  const essential = ESSENTIAL.filter((name) => Object.hasOwn(members, name)).map((name) => [
    name,
    String(members[name]).slice(0, LONGEST_SHOWN),
  ]);
  const message = String(members.message).slice(0, LONGEST_SHOWN);
  return `${JSON.stringify({ ...Object.fromEntries(essential), message, shortened: true })}\n`;
}

function fits(line: string): boolean {
  return line.length * BYTES_A_UNIT <= MOST_BYTES || Buffer.byteLength(line, 'utf8') <= MOST_BYTES;
}
