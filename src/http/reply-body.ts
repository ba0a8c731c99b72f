import { giveBack } from '../give-back.ts';
import { JsonList, jsonPieces } from '../json/json-list.ts';

/** A reply as JSON: text, or bytes where a long list in it is JSON already. */
export function replyBody(reply: Record<string, unknown>): string | Buffer {
  if (!(reply.items instanceof JsonList)) return JSON.stringify(reply);
  const pieces = jsonPieces(reply);
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  const body = Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
  for (const piece of reply.items.pieces) {
    if (typeof piece !== 'string') giveBack(Buffer.from(piece.buffer));
  }
  return body;
}
