import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chunksOf, StreamStalled, unzipped } from '../../src/bulk/import/body-chunks.ts';
import { Cancellation } from '../../src/dynamodb/calls/cancellation.ts';

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

test('a stream that stalls is given up, as plain text and compressed', async () => {
  const [plain, packed] = [new PassThrough(), new PassThrough()];
  plain.write('a');
  packed.write(gzipSync('a').subarray(0, 12));
  const signal = new Cancellation();

  const reading = [plain, packed].map((stream) => unzipped(chunksOf(stream, signal, 20), signal));

  await expect(textOf(reading[0] as AsyncIterable<Buffer>)).rejects.toThrow(StreamStalled);
  await expect(textOf(reading[1] as AsyncIterable<Buffer>)).rejects.toThrow(StreamStalled);
});

test('what is compressed is known by its beginning, in whatever pieces it comes', async () => {
  const signal = new Cancellation();
  const bytes = [...gzipSync('whole')].map((byte) => Buffer.from([byte]));
  const pieces = (parts: Buffer[]) =>
    textOf(unzipped(chunksOf(Readable.from(parts, { objectMode: false }), signal), signal));

  expect(await pieces(bytes)).toBe('whole');
  expect(await pieces([Buffer.from('{'), Buffer.from('}')])).toBe('{}');
  expect(await pieces([])).toBe('');
});

test('what is left of a stream that is left is for whoever comes next', async () => {
  const stream = new PassThrough();
  const signal = new Cancellation();
  stream.write('first');
  const chunks = chunksOf(stream, signal);
  await chunks.next();
  const waiting = chunks.next();

  signal.abort();

  expect(await waiting).toEqual({ done: true, value: undefined });
  stream.end('second');
  expect(await textOf(stream)).toBe('second');
});
