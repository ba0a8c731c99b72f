import { isUtf8 } from 'node:buffer';
import { invalid, ServiceError } from '../../errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { INPUT_BYTES } from '../../tools/tool.ts';
import { taggedItem } from '../formats/typed-json.ts';
import type { Line } from './line-reader.ts';

/** An item of 400 KB is no longer than this as JSON. */
export const LONGEST_LINE = INPUT_BYTES.item;

/** What exports and rejected lines have between their items. */
const MARKS = new Set(['page', 'end', 'failed', 'progress']);

/** The item of a line; undefined for a line that holds none. Throws ServiceError. */
export function readItem({ bytes }: Line): JsonObject | undefined {
  if (!bytes) throw new ServiceError('TooLarge', 'The line is longer than an item can be.');
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw invalid('', 'The line is not valid UTF-8.');
  const text = bytes.toString();
  if (text.trim() === '') return undefined;
  const [member, ...more] = Object.entries(objectIn(text));
  if (!member || more.length > 0) throw noItem();
  const [kind, content] = member;
  if (MARKS.has(kind)) return undefined;
  if (kind === 'error')
    throw invalid('', 'The export that these lines come from did not complete.');
  if (!isJsonObject(content)) throw noItem();
  if (kind === 'item') return content;
  if (kind === 'Item') return taggedItem(content);
  throw noItem();
}

function objectIn(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const why = error instanceof RangeError ? 'is nested too deeply' : 'is not valid JSON';
    throw invalid('', `The line ${why}.`);
  }
  if (!isJsonObject(value)) throw noItem();
  return value;
}

function noItem(): ServiceError {
  return invalid('', `The line must be {"item": {…}}, or {"Item": {…}} with types.`);
}
