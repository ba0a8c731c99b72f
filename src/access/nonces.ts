import { randomFillSync } from 'node:crypto';

const AT_ONCE = 256;

/** Random bytes, so many at a time, none of them twice: they are drawn in stock, which costs less. */
export function createNonces(size: number): () => Buffer {
  let stock = Buffer.alloc(0);
  return () => {
    if (stock.length === 0) stock = randomFillSync(Buffer.alloc(size * AT_ONCE));
    const nonce = stock.subarray(0, size);
    stock = stock.subarray(size);
    return nonce;
  };
}
