import { createReadStream, statSync } from 'node:fs';
import { csvLines } from '../../bulk/formats/csv-lines.ts';
import { chunksOf, unzipped } from '../../bulk/import/body-chunks.ts';
import { type Line, readLines } from '../../bulk/import/line-reader.ts';
import { LONGEST_LINE } from '../../bulk/import/read-item.ts';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { StartError } from '../../errors.ts';
import { filesOfS3Export } from './s3-export.ts';

const NEWLINE = Buffer.from('\n');
const CHUNK_BYTES = 262_144;

/** What is imported: the lines of a file, or of several one after the other. */
export interface LineSource {
  /** Bytes on the disk. */
  readonly size: number;
  /** Bytes that were read of them, the last time they were. */
  readonly read: number;
  /** All lines, from the first on. */
  lines(ending: CancellationSignal): AsyncGenerator<Line[], void, void>;
}

/** A file of lines or a CSV, compressed or not, or the folder of an export to S3; throws StartError. */
export function openSource(path: string): LineSource {
  const files = statOf(path).isDirectory() ? filesOfS3Export(path) : [path];
  const isCsv = /\.csv(\.gz)?$/i.test(path);
  let read = 0;
  const chunks = async function* (ending: CancellationSignal) {
    read = 0;
    for (const [at, file] of files.entries()) {
      const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
      try {
        yield* unzipped(
          counted(chunksOf(stream, ending), (bytes) => (read += bytes)),
          ending,
        );
      } finally {
        stream.destroy();
      }
      if (at + 1 < files.length) yield NEWLINE;
    }
  };
  return {
    size: files.reduce((sum, file) => sum + statOf(file).size, 0),
    get read() {
      return read;
    },
    lines: (ending) => (isCsv ? csvLines(chunks(ending)) : readLines(chunks(ending), LONGEST_LINE)),
  };
}

async function* counted(
  chunks: AsyncGenerator<Buffer, void, void>,
  count: (bytes: number) => void,
) {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new StartError(`The file ${path} cannot be read.`, { cause: error });
  }
}
