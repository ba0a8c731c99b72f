import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { exactNumber } from '../../json/decimal.ts';
import type { JsonObject } from '../../json/parse.ts';
import { encodeName, TAG } from './attribute-names.ts';
import { base64 } from './native-values.ts';

/** Attributes as they are sent, in the form in which a caller writes them; nothing is changed in place. */
export function sentItem(item: object): JsonObject {
  const members = item instanceof Map ? [...item] : Object.entries(item);
  return Object.fromEntries(members.map(([name, value]) => [encodeName(name), sentValue(value)]));
}

/** A value as it is sent, in the form in which a caller writes it. */
export function sentValue(value: unknown): unknown {
  if (value instanceof NumberValue) return exactNumber(value.toString());
  if (value instanceof Uint8Array) return { [TAG]: { B: base64(value) } };
  if (value instanceof Set) return { [TAG]: sentSet([...value]) };
  if (Array.isArray(value)) return value.map(sentValue);
  return typeof value === 'object' && value !== null ? sentItem(value) : value;
}

function sentSet(members: unknown[]): JsonObject {
  const [first] = members;
  if (typeof first === 'string') return { SS: members };
  if (!(first instanceof Uint8Array)) return { NS: members.map(String) };
  return { BS: members.map((member) => base64(member as Uint8Array)) };
}
