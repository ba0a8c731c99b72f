import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { canonicalNumber } from '../../json/decimal.ts';
import { base64 } from './native-values.ts';

/**
 * Whether a value sent and a value read (both as DynamoDBDocumentClient has them) are the same to
 * DynamoDB: numbers by what they amount to, sets and map members in any order.
 */
export function sameValue(sent: unknown, read: unknown): boolean {
  return canonical(sent) === canonical(read);
}

/** A text that is the same for values that are the same to DynamoDB, and for no others. */
export function canonical(value: unknown): string {
  if (typeof value === 'number') return canonicalNumber(String(value));
  if (value instanceof NumberValue) return canonicalNumber(value.toString());
  if (JSON.isRawJSON(value)) return canonicalNumber(value.rawJSON);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `binary ${base64(value)}`;
  if (value instanceof Set) return `set {${[...value].map(canonical).sort().join()}}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members: string[] = [];
  for (const [name, member] of value instanceof Map ? value : Object.entries(value)) {
    // As in JSON, what is undefined is not there.
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonical(member)}`);
  }
  return `{${members.sort().join()}}`;
}
