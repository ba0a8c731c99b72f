import { exactNumber } from './decimal.ts';

/** A plain JSON object whose members are not yet known. */
export type JsonObject = Record<string, unknown>;

// Numbers of 16 characters and more or with an exponent: only these may not fit a double.
// A match inside a string costs time, not correctness.
const MAYBE_INEXACT = /\d[\d.]{15}|\d[eE][+-]?\d/;

/**
 * JSON.parse that keeps every number: tokens a double cannot hold become raw JSON tokens, which
 * JSON.stringify writes back unchanged. Throws SyntaxError, and RangeError on extreme nesting.
 */
export function parseJson(text: string): unknown {
  if (!MAYBE_INEXACT.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exactNumber(source) : value,
  );
}

/** True for an object with members: neither null, nor a list, nor a raw number. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
  );
}
