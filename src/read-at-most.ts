/** All bytes of a stream; throws what `tooMany` makes when they are more than so many. */
export async function readAtMost(
  stream: AsyncIterable<Uint8Array>,
  most: number,
  tooMany: () => Error,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > most) throw tooMany();
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}
