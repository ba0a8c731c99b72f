import { hash } from 'node:crypto';

/** What an audit line begins and ends with; between them is whatever it tells. */
const BEGINS = '{"logger":"audit",';
const HASH = ',"hash":"';
const ENDS = '"}';
const HASH_LENGTH = 64;
/** What the first line of an instance follows. */
export const NOTHING_BEFORE = '';

/** A line and the hash that the next one carries. */
export interface ChainedLine {
  readonly line: string;
  readonly hash: string;
}

/** A line of members, in JSON, that carries the hash of the one before, and its own. */
export function chain(members: string, previous: string): ChainedLine {
  const body = `${BEGINS}${members},"previous":"${previous}"`;
  const own = hashOf(body, previous);
  return { line: `${body}${HASH}${own}${ENDS}`, hash: own };
}

/** A line as it was read: what it tells, and whether its hash is that of its text. */
export interface ReadLine {
  readonly members: Record<string, unknown>;
  readonly previous: string;
  readonly hash: string;
  readonly isWhole: boolean;
}

/** An audit line among others; undefined for a line that is none. */
export function readLine(line: string): ReadLine | undefined {
  if (!line.startsWith(BEGINS)) return undefined;
  const at = line.length - ENDS.length - HASH_LENGTH - HASH.length;
  const body = line.slice(0, Math.max(0, at));
  const own = line.slice(at + HASH.length, -ENDS.length);
  const members = parse(line);
  const previous = typeof members.previous === 'string' ? members.previous : '';
  const isWhole =
    line.endsWith(ENDS) && line.startsWith(HASH, at) && hashOf(body, previous) === own;
  return { members, previous, hash: own, isWhole };
}

function hashOf(body: string, previous: string): string {
  return hash('sha256', `${previous}\n${body}`);
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
