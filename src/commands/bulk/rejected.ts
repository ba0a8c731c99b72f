import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { FailedLine } from '../../bulk/import/entry.ts';
import { Cancellation } from '../../dynamodb/calls/cancellation.ts';
import type { LineSource } from './source.ts';

const NEWLINE = Buffer.from('\n');

/**
 * Writes the lines that were not written to a file of their own, each behind the reason, which an
 * import passes over: mended, the file can be imported.
 */
export async function writeRejected(
  file: string,
  failed: ReadonlyMap<number, FailedLine>,
  source: LineSource,
): Promise<void> {
  if (failed.size === 0) return rm(file, { force: true });
  const out = createWriteStream(file);
  let left = failed.size;
  const ending = new Cancellation();
  for await (const lines of source.lines(ending)) {
    for (const { number, bytes } of lines) {
      const reason = failed.get(number);
      if (!reason) continue;
      left--;
      out.write(`${JSON.stringify({ failed: reason })}\n`);
      if (bytes) out.write(Buffer.concat([bytes, NEWLINE]));
    }
    if (left === 0) break;
  }
  out.end();
  await finished(out);
}
