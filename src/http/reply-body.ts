import { JsonList } from '../json/json-list.ts';

/** A reply as JSON: text, or bytes where a member of it is a list of JSON already. */
export function replyBody(reply: Record<string, unknown>): string | Buffer {
  const members = Object.entries(reply);
  if (!members.some(([, value]) => value instanceof JsonList)) return JSON.stringify(reply);
  const pieces: Buffer[] = [];
  let text = '{';
  for (const [name, value] of members) {
    if (value === undefined) continue;
    text += `${text === '{' && pieces.length === 0 ? '' : ','}${JSON.stringify(name)}:`;
    if (value instanceof JsonList) {
      pieces.push(Buffer.from(`${text}[`), ...value.pieces);
      text = ']';
    } else text += JSON.stringify(value);
  }
  pieces.push(Buffer.from(`${text}}`));
  return Buffer.concat(pieces);
}
