import { giveBack } from '../give-back.ts';
import { JsonList, type JsonPiece } from '../json/json-list.ts';

/** A reply as JSON: text, or bytes where a long list in it is JSON already. */
export function replyBody(reply: Record<string, unknown>): string | Buffer {
  if (!(reply.items instanceof JsonList)) return JSON.stringify(reply);
  const pieces: JsonPiece[] = [];
  for (const [name, value] of Object.entries(reply)) {
    if (value === undefined) continue;
    pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (value instanceof JsonList) pieces.push('[', ...value.pieces, ']');
    else pieces.push(JSON.stringify(value));
  }
  pieces.push('}');
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  const body = Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
  for (const piece of reply.items.pieces) {
    if (typeof piece !== 'string') giveBack(Buffer.from(piece.buffer));
  }
  return body;
}
