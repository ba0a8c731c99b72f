import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';

const NEWLINE = 10;

/** What to do with lines; a line that is no UTF-8 or too long comes as undefined. */
export interface LineReader {
  line(text: string | undefined): void;
  /** The stream has ended; what stood behind the last newline came as a line. */
  end(): void;
}

/**
 * Reads lines that end at a newline and nowhere else: Node's readline also ends one at U+2028 and
 * U+2029, which JSON may hold as they are. No more than `maxBytes` of a line are kept.
 */
export function readLines(stream: Readable, maxBytes: number, reader: LineReader): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  const keep = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const line = bytes > maxBytes ? undefined : textOf(Buffer.concat(parts));
    parts = [];
    bytes = 0;
    reader.line(line);
  };
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  });
  stream.once('close', () => {
    if (bytes > 0) finish();
    reader.end();
  });
}

function textOf(line: Buffer): string | undefined {
  return isUtf8(line) ? line.toString() : undefined;
}
