import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { invalid } from '../../errors.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 65_536;

/** Nothing came of a stream for too long. */
export class StreamStalled extends Error {}

/**
 * The bytes of a stream as they come, until a signal aborts; what is left in the stream then is for
 * whoever comes next. Throws what the stream fails with, where it ends before its end, and
 * StreamStalled where nothing comes for longer than its patience.
 */
export async function* chunksOf(
  stream: Readable,
  signal: CancellationSignal,
  patienceMs?: number,
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
      else if (!(await comes(stream, signal, patienceMs))) throw new StreamStalled();
    }
  } finally {
    stream.off('error', fail);
  }
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

/** Waits until there is more to know of a stream; false where that takes too long. */
function comes(
  stream: Readable,
  signal: CancellationSignal,
  patienceMs?: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isMore: boolean) => {
      clearTimeout(timer);
      for (const event of EVENTS) stream.off(event, more);
      signal.removeEventListener('abort', more);
      resolve(isMore);
    };
    const more = () => settle(true);
    const timer = patienceMs === undefined ? undefined : setTimeout(settle, patienceMs, false);
    for (const event of EVENTS) stream.on(event, more);
    signal.addEventListener('abort', more);
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
    throw isCorrupt(error) ? invalid('', 'The gzip data is incomplete or damaged.') : error;
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
