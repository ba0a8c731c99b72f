import { decodeNumber, type NativeValue } from '../../dynamodb/values/native-values.ts';
import { canonical } from '../../dynamodb/values/same-value.ts';
import { exactNumber, isExactNumber } from '../../json/decimal.ts';
import type { Scalar } from './shape/fields.ts';

/** The stored value that a value of the policy is equal to; undefined for a number that cannot be stored. */
export function nativeScalar(value: Scalar): NativeValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  try {
    return decodeNumber(value, '');
  } catch {
    return undefined;
  }
}

/** The same of a value that has been checked. */
export function checkedScalar(value: Scalar): NativeValue {
  const native = nativeScalar(value);
  if (native === undefined) throw new RangeError('a number of the policy cannot be stored');
  return native;
}

/** Whether two values are the same to DynamoDB: `1` and `1.0` are, `1` and `"1"` are not. */
export function isSameScalar(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

export type ScalarType = 'S' | 'N' | 'BOOL';

/** The type of a value, as DynamoDB names it. */
export function typeOfScalar(value: Scalar): ScalarType {
  if (typeof value === 'string') return 'S';
  return isExactNumber(value) ? 'N' : 'BOOL';
}

/** What a name stands for among values of a type: names are texts, also where they look like numbers. */
export function scalarNamed(name: string, type: ScalarType): NativeValue | undefined {
  if (type === 'S') return name;
  if (type === 'BOOL') return name === 'true' || (name === 'false' ? false : undefined);
  const number = exactNumber(name);
  return number === undefined ? undefined : nativeScalar(number);
}
