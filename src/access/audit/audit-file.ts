import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StartError } from '../../errors.ts';
import { LogStream } from '../../observability/log-stream.ts';
import { NOTHING_BEFORE, readLine } from './chain.ts';

/** More than any line has. */
const TAIL_BYTES = 262_144;

/** Where audit lines go. */
export interface AuditLines {
  /** Takes a line, or drops it. */
  write(line: string): void;
  /** Whether lines are taken: none is kept waiting because something fails, and there is room. */
  takes(): boolean;
}

/** A file that lines are appended to, and the hash of the last line in it. */
export interface AuditFile extends AuditLines {
  readonly lastHash: string;
}

/** Opens the file, which is made where there is none; throws StartError. */
export function openAuditFile(path: string, tellDropped: (count: number) => void): AuditFile {
  try {
    const lastHash = lastHashIn(path);
    const stream = new LogStream(openSync(path, 'a', 0o600), tellDropped);
    return { lastHash, write: (line) => stream.write(line), takes: () => stream.takes() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    throw new StartError(`AUDIT_FILE cannot be opened for writing: ${path} (${code}).`, {
      cause: error,
    });
  }
}

function lastHashIn(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NOTHING_BEFORE;
    throw error;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return NOTHING_BEFORE;
    const tail = Buffer.alloc(Math.min(stat.size, TAIL_BYTES));
    readSync(descriptor, tail, 0, tail.length, stat.size - tail.length);
    const lines = tail.toString().split('\n').reverse();
    return lines.map(readLine).find((line) => line?.isWhole)?.hash ?? NOTHING_BEFORE;
  } finally {
    closeSync(descriptor);
  }
}
