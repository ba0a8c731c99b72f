import { expect, test } from 'vitest';
import { giveBack } from '../src/give-back.ts';

const LARGE = 100_000;

test('large bytes of their own are gone at once', () => {
  const bytes = Buffer.from(new ArrayBuffer(LARGE));

  giveBack(bytes);

  expect(bytes.byteLength).toBe(0);
});

test.each([
  ['small ones', Buffer.from(new ArrayBuffer(100))],
  ['a part of others', Buffer.from(new ArrayBuffer(LARGE * 2)).subarray(0, LARGE)],
  ['shared ones', Buffer.from(new SharedArrayBuffer(LARGE))],
])('%s stay', (_which, bytes) => {
  const { byteLength } = bytes;

  giveBack(bytes);

  expect(bytes.byteLength).toBe(byteLength);
});
