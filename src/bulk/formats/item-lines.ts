import { giveBack } from '../../give-back.ts';
import type { JsonList } from '../../json/json-list.ts';
import { isJsonObject, parseJson } from '../../json/parse.ts';
import { typedItem } from './typed-json.ts';

const OPEN = Buffer.from('{"item":');
const CLOSE = Buffer.from('}\n');

/** Items as lines `{"item": …}`, cut from the JSON that they are already. */
export function plainLines(items: JsonList): Buffer {
  let length = items.length * (OPEN.length + CLOSE.length);
  for (const piece of items.pieces) length += Buffer.byteLength(piece);
  const lines = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const element of items.elements()) {
    for (const part of [OPEN, element, CLOSE]) end += part.copy(lines, end);
  }
  release(items);
  return lines.subarray(0, end);
}

/** Items as lines `{"Item": …}` of DynamoDB's own JSON. */
export function typedLines(items: JsonList): Buffer {
  const lines: string[] = [];
  for (const element of items.elements()) {
    const item = parseJson(element.toString());
    if (isJsonObject(item)) lines.push(`{"Item":${JSON.stringify(typedItem(item))}}\n`);
  }
  release(items);
  return Buffer.from(lines.join(''));
}

/** The bytes of items that are lines now. */
function release({ pieces }: JsonList): void {
  for (const piece of pieces) if (typeof piece !== 'string') giveBack(Buffer.from(piece.buffer));
}
