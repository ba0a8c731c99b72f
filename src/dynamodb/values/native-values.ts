import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../errors.ts';
import {
  type ExactNumber,
  magnitude,
  numberText,
  parseDecimal,
  plainNotation,
} from '../../json/decimal.ts';

/**
 * A value as DynamoDBDocumentClient takes it. Maps are `Map`, because the client guesses the type
 * of a plain object from its member `constructor`; numbers a double cannot hold are `NumberValue`.
 */
export type NativeValue =
  | string
  | boolean
  | null
  | number
  | NumberValue
  | Uint8Array
  | Set<string>
  | Set<NumberValue>
  | Set<Uint8Array>
  | NativeValue[]
  | Map<string, NativeValue>;

/** Attributes by their stored names, as DynamoDBDocumentClient takes an item or a key. */
export type NativeItem = Record<string, NativeValue>;

const MAX_DEPTH = 32;
const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;
const SMALLEST_PLAIN = 1e-6;

/** Binary as JSON holds it. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Refuses a list or map that lies `depth` levels inside other lists and maps, if too deep. */
export function refuseDepth(depth: number, path: string): void {
  if (depth >= MAX_DEPTH) throw invalid(path, `values may nest at most ${MAX_DEPTH} levels deep`);
}

export function decodeString(text: string, path: string): string {
  if (!text.isWellFormed()) throw invalid(path, 'a string must not contain a lone surrogate');
  return text;
}

/** A number within DynamoDB's precision and range, in the form that the SDK passes on exactly. */
export function decodeNumber(number: ExactNumber, path: string): number | NumberValue {
  if (typeof number === 'number' && isPlain(number)) return number;
  return decodeNumberText(numberText(number), path);
}

/** Whether the number is surely within range and printed without an exponent, in 17 digits at most. */
function isPlain(number: number): boolean {
  const size = Math.abs(number);
  return size === 0 || (size >= SMALLEST_PLAIN && size <= Number.MAX_SAFE_INTEGER);
}

/** As decodeNumber, from decimal notation. */
export function decodeNumberText(text: string, path: string): NumberValue {
  const decimal = parseDecimal(text);
  if (!decimal) throw invalid(path, 'a number must be written in decimal notation');
  if (decimal.digits.length > MAX_DIGITS) {
    throw invalid(path, `a number may have at most ${MAX_DIGITS} significant digits`);
  }
  const power = magnitude(decimal);
  if (decimal.digits !== '' && (power > MAX_MAGNITUDE || power < MIN_MAGNITUDE)) {
    throw invalid(path, 'a number must be 0 or between 1E-130 and 9.99E+125 in magnitude');
  }
  return NumberValue.from(plainNotation(text, decimal));
}
