import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { invalid } from '../../errors.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 65_536;

/**
 * The bytes of a stream as they come, until a signal aborts; what is left in the stream then is for
 * whoever comes next. Throws what the stream fails with, and where it ends before its end.
 */
export async function* chunksOf(
  stream: Readable,
  signal: CancellationSignal,
): AsyncGenerator<Buffer, void, void> {
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure = error;
  };
  stream.on('error', fail);
  try {
    while (!signal.aborted) {
      const chunk: Buffer | null = stream.read();
      if (chunk) yield chunk;
      else if (failure ?? stream.errored) throw failure ?? stream.errored;
      else if (stream.readableEnded) return;
      else if (stream.destroyed) throw new Error('The stream ended before its end.');
      else await moreFrom(stream, signal);
    }
  } finally {
    stream.off('error', fail);
  }
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

function moreFrom(stream: Readable, signal: CancellationSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of EVENTS) stream.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of EVENTS) stream.on(event, done);
    signal.addEventListener('abort', done);
  });
}

/** Bytes as they are, or what they are of where they are compressed by gzip, which their beginning tells. */
export async function* unzipped(
  chunks: AsyncGenerator<Buffer, void, void>,
  signal: CancellationSignal,
): AsyncGenerator<Buffer, void, void> {
  const start = await firstBytes(chunks);
  if (!start.subarray(0, GZIP.length).equals(GZIP)) {
    yield start;
    yield* chunks;
    return;
  }
  const packed = Readable.from(behind(start, chunks), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(packed, gunzip, () => {});
  try {
    yield* chunksOf(gunzip, signal);
  } catch (error) {
    throw isCorrupt(error) ? invalid('', 'The lines are not whole as gzip.') : error;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

/** What zlib says of bytes has a code of zlib. */
function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}

async function firstBytes(chunks: AsyncGenerator<Buffer, void, void>): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  return start;
}

async function* behind(start: Buffer, chunks: AsyncGenerator<Buffer, void, void>) {
  yield start;
  yield* chunks;
}
