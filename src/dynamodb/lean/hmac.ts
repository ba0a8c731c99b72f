import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA256 (RFC 2104) of short texts with one key: two one-shot hashes over blocks that are
 * prepared once, in little more than half the time of an Hmac object, made and collected each time.
 */
export class HmacSha256 {
  #inner: Buffer;
  readonly #outer: Buffer;

  /** A key of at most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = padded(key, INNER_PAD, BLOCK_BYTES);
    this.#outer = padded(key, OUTER_PAD, DIGEST_BYTES);
  }

  /** The code of a text in ASCII, in hexadecimal. */
  hex(text: string): string {
    const end = BLOCK_BYTES + text.length;
    if (end > this.#inner.length) {
      this.#inner = Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES)], 2 * end);
    }
    this.#inner.write(text, BLOCK_BYTES, 'latin1');
    this.#outer.write(
      hash('sha256', this.#inner.subarray(0, end), 'binary'),
      BLOCK_BYTES,
      'latin1',
    );
    return hash('sha256', this.#outer, 'hex');
  }
}

/** The key, padded to a block and masked, with room behind it. */
function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + room);
  block.set(key);
  for (let index = 0; index < BLOCK_BYTES; index++) block[index] = (block[index] ?? 0) ^ pad;
  return block;
}
