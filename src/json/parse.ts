import { exactNumber } from './decimal.ts';
import { JsonReader } from './reader.ts';

/** A plain JSON object whose members are not yet known. */
export type JsonObject = Record<string, unknown>;

// Numbers of 16 characters and more or with an exponent: only these may not fit a double.
// A match inside a string costs time, not correctness.
const MAYBE_INEXACT = /\d[\d.]{15}|\d[eE][+-]?\d/;

// A name with an escape: JSON.parse of V8 can take one for a name that it saw in another text, as
// "\u0000" for the "\\u0000" that is written with two backslashes. A match inside a string costs time.
const ESCAPED_NAME = /\\.[^"\\]*"\s*:/;

/**
 * JSON.parse that keeps every number: tokens a double cannot hold become raw JSON tokens, which
 * JSON.stringify writes back unchanged. Throws SyntaxError, and RangeError on extreme nesting.
 */
export function parseJson(text: string): unknown {
  if (text.includes('\\') && ESCAPED_NAME.test(text)) return readJson(text);
  if (!MAYBE_INEXACT.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exactNumber(source) : value,
  );
}

/** The reader gets names right, and JSON.parse says what is no JSON. */
function readJson(text: string): unknown {
  JSON.parse(text);
  return new JsonReader(text).value();
}

/** True for an object with members: neither null, nor a list, nor a raw number. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}

/** The object in a JSON text; one without members where the text is anything else. */
export function parseJsonObject(text: string): JsonObject {
  try {
    const parsed = parseJson(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
