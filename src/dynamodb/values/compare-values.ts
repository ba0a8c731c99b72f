import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { compareDecimals, parseDecimal } from '../../json/decimal.ts';
import type { NativeValue } from './native-values.ts';

/** The types that DynamoDB has an order for. */
export type OrderedType = 'S' | 'N' | 'B';

/** The type of a value that has an order; undefined for the others. */
export function orderedType(value: NativeValue): OrderedType | undefined {
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number' || value instanceof NumberValue) return 'N';
  return value instanceof Uint8Array ? 'B' : undefined;
}

/** Less than, equal to or more than 0, as DynamoDB orders two values of one type. */
export function compareValues(a: NativeValue, b: NativeValue): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  const [first, second] = [a, b].map((value) => parseDecimal(String(value)));
  return first && second ? compareDecimals(first, second) : 0;
}
