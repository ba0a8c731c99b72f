import { isJsonObject } from '../../json/parse.ts';
import type { AttributeValue, Item } from './attribute-value.ts';

/** What a type holds; false for anything else. */
const HOLDS: Record<string, (held: unknown) => boolean> = {
  S: isText,
  N: isText,
  B: isText,
  BOOL: (held) => typeof held === 'boolean',
  NULL: (held) => held === true,
  SS: isTexts,
  NS: isTexts,
  BS: isTexts,
  L: (held) => Array.isArray(held) && held.every(isAttributeValue),
  M: (held) => isJsonObject(held) && Object.values(held).every(isAttributeValue),
};

/** The value in JSON of DynamoDB's own form; throws what is wrong with it. */
export function readAttributeValue(value: unknown, name: string): AttributeValue {
  if (isAttributeValue(value)) return value;
  throw new Error(`${name} must have one type and what it holds, as in {"S": "text"}.`);
}

/** The item in JSON of DynamoDB's own form; throws what is wrong with it. */
export function readAttributeValues(members: { [name: string]: unknown }): Item {
  const values = Object.entries(members).map(([name, value]): [string, AttributeValue] => [
    name,
    readAttributeValue(value, name),
  ]);
  return Object.fromEntries(values);
}

function isAttributeValue(value: unknown): value is AttributeValue {
  const [member, ...more] = isJsonObject(value) ? Object.entries(value) : [];
  if (!member || more.length > 0) return false;
  const [type, held] = member;
  return Object.hasOwn(HOLDS, type) && HOLDS[type]?.(held) === true;
}

function isText(held: unknown): boolean {
  return typeof held === 'string';
}

function isTexts(held: unknown): boolean {
  return Array.isArray(held) && held.length > 0 && held.every(isText);
}
