import { styleText } from 'node:util';

/** What every line has, and what is told apart from the fields. */
const NOT_FIELDS = new Set(['timestamp', 'level', 'logger', 'service', 'environment', 'message']);
/** Where the time of day stands in ISO 8601. */
const TIME_OF_DAY = [11, 23] as const;
const LONGEST_LEVEL = 8;
const INDENT = '    ';
/** All that could move the cursor or change colors. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

const COLORS = { WARNING: 'yellow', ERROR: 'red', CRITICAL: 'red' } as const;

/** A line of the log for a person at a terminal: time, level, message, then the fields. */
export function readableLine(line: string): string {
  const entry: Record<string, unknown> = JSON.parse(line);
  const time = String(entry.timestamp).slice(...TIME_OF_DAY);
  const level = String(entry.level);
  const color = COLORS[level as keyof typeof COLORS] ?? 'green';
  const { err, ...others } = entry;
  const fields = Object.entries(others)
    .filter(([name]) => !NOT_FIELDS.has(name))
    .map(([name, value]) => `${name}=${plain(value)}`);
  const head = `${paint('dim', time)} ${paint(color, level.padEnd(LONGEST_LEVEL))} ${plain(entry.message)}`;
  const tail = fields.length > 0 ? ` ${paint('dim', fields.join(' '))}` : '';
  return `${head}${tail}\n${stackOf(err)}`;
}

function stackOf(error: unknown): string {
  const { stack, message } = (error ?? {}) as { stack?: unknown; message?: unknown };
  const text = String(stack ?? message ?? '');
  if (text === '') return '';
  return `${text
    .split('\n')
    .map((line) => INDENT + plain(line.trim()))
    .join('\n')}\n`;
}

/** On one line, and harmless to a terminal. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(CONTROLS, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Colors go to terminals alone, and NO_COLOR turns them off: Node looks at both. */
function paint(color: Parameters<typeof styleText>[0], text: string): string {
  return styleText(color, text, { stream: process.stdout });
}
