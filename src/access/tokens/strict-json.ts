import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';

/** Tokens nest a handful of levels. */
const MOST_LEVELS = 16;

/**
 * Strings, and what opens, closes and divides; numbers and words are passed over. A string without an
 * end goes to the end of the text, so that it is looked at once.
 */
const TOKENS = /"(?:[^"\\]|\\.)*"?|[{}[\],:]/gs;

/**
 * The JSON object in bytes, numbers kept; undefined where there is none, where a name occurs twice in
 * one object, so that two readers could understand it differently, or where it nests too deeply.
 */
export function readStrictObject(bytes: Buffer): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  if (!nestsWithin(text, MOST_LEVELS)) return undefined;
  try {
    const parsed = parseJson(text);
    return isJsonObject(parsed) && !namesTwice(text) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Counts before anything is parsed, so that no depth costs a stack. */
function nestsWithin(text: string, most: number): boolean {
  let level = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') level++;
    if (token === '}' || token === ']') level--;
    if (level > most) return false;
  }
  return true;
}

/** Whether an object in a valid JSON text has a name twice, however it is escaped. */
function namesTwice(text: string): boolean {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name: string = JSON.parse(last);
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = token;
  }
  return false;
}
