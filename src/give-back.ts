/** Less than this waits for the garbage collector, which it would cost more to forestall. */
const LEAST_BYTES = 16_384;

/**
 * Gives the memory of bytes that nobody needs any more back at once, where they have it for
 * themselves. The garbage collector comes late for them: it hardly sees what is outside its heap.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  if (byteLength < LEAST_BYTES || byteLength !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
