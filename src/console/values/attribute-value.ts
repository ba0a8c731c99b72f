import { isExactNumber, numberText } from '../../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { readAttributeValue } from './read-attribute-value.ts';

/** A value in DynamoDB's own JSON: exact for every type, since its numbers are text. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Item };

/** Attributes by their names. */
export type Item = { [name: string]: AttributeValue };

/** The types of values, with what a person calls them. */
export const TYPES = {
  S: 'text',
  N: 'number',
  BOOL: 'true or false',
  NULL: 'null',
  M: 'map',
  L: 'list',
  SS: 'set of texts',
  NS: 'set of numbers',
  B: 'binary',
  BS: 'set of binary',
} as const;

export type Type = keyof typeof TYPES;

const TAG = '$ddb';
const LIKE_TAG = /^\$+ddb$/;

/** The one member of a value: its type, and what it holds. */
export function partsOf(value: AttributeValue): [Type, unknown] {
  const [[type, held] = ['NULL', true]] = Object.entries(value);
  return [type as Type, held];
}

/** What a reply of the service has, in DynamoDB's JSON; throws what is wrong with a typed value. */
function fromReply(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isExactNumber(value)) return { N: numberText(value) };
  if (Array.isArray(value)) return { L: value.map(fromReply) };
  if (!isJsonObject(value)) return { NULL: true };
  const tagged = value[TAG];
  if (tagged !== undefined) return readAttributeValue(tagged, TAG);
  return { M: itemFromReply(value) };
}

/** An item of a reply in DynamoDB's JSON. */
export function itemFromReply(item: JsonObject): Item {
  return withNames(item, (name) => (LIKE_TAG.test(name) ? name.slice(1) : name), fromReply);
}

/** As the service takes it in a request, whatever type it has. */
export function toRequest(value: AttributeValue): JsonObject {
  return { [TAG]: value };
}

/** An item as the service takes it in a request. */
export function itemToRequest(item: Item): JsonObject {
  return withNames(item, requestName, toRequest);
}

/** The name of an attribute as the service takes it in a request. */
export function requestName(name: string): string {
  return LIKE_TAG.test(name) ? `$${name}` : name;
}

/** Plain JSON, in the form in which the service replies. */
export function toPlain(value: AttributeValue): unknown {
  const [type, held] = partsOf(value);
  switch (type) {
    case 'S':
    case 'BOOL':
      return held;
    case 'N':
      return numberInJson(held as string) ?? { [TAG]: value };
    case 'NULL':
      return null;
    case 'L':
      return (held as AttributeValue[]).map(toPlain);
    case 'M':
      return itemToPlain(held as Item);
    default:
      return { [TAG]: value };
  }
}

/** An item as plain JSON. */
export function itemToPlain(item: Item): JsonObject {
  return withNames(item, requestName, toPlain);
}

/** Whether two values are the same, whatever order their members and elements of sets have. */
export function isSame(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonical(a) === canonical(b));
}

function canonical(value: AttributeValue): string {
  const [type, held] = partsOf(value);
  if (type === 'L') return `[${(held as AttributeValue[]).map(canonical).join()}]`;
  if (type === 'M') {
    const members = Object.entries(held as Item).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
  }
  const text = Array.isArray(held) ? held.toSorted() : held;
  return `${type}${JSON.stringify(text)}`;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number in JSON, with every digit; undefined while somebody types one that is none yet. */
function numberInJson(text: string): unknown {
  // DynamoDB's text of a number is JSON but for a sign or zeros in front.
  const number = text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');
  return JSON_NUMBER.test(number) ? JSON.rawJSON(number) : undefined;
}

function withNames<From, To>(
  members: { [name: string]: From },
  rename: (name: string) => string,
  convert: (value: From) => To,
): { [name: string]: To } {
  const converted = Object.entries(members).map(([name, value]): [string, To] => [
    rename(name),
    convert(value),
  ]);
  return Object.fromEntries(converted);
}
