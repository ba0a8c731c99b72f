import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import { encodeName } from '../values/attribute-names.ts';
import { base64, type NativeItem, type NativeValue } from '../values/native-values.ts';
import { decodeItem, decodeValue } from '../values/values.ts';
import type { KeyAttribute, KeyType, TableSchema } from './table-schema.ts';

const TYPE_NAMES: Record<KeyType, string> = {
  S: 'a string',
  N: 'a number',
  B: 'binary ({"$ddb": {"B": "base64"}})',
};

/**
 * A key: exactly these attributes, rightly typed and not empty. `demand` is what a caller is told
 * who gives others.
 */
export function decodeKey(
  key: JsonObject,
  attributes: readonly KeyAttribute[],
  path: string,
  demand = (names: string) => `must have exactly the key attributes ${names}`,
): NativeItem {
  const decoded = decodeItem(key, path);
  const isComplete = attributes.every(({ name }) => Object.hasOwn(decoded, name));
  if (!isComplete || Object.keys(decoded).length > attributes.length) {
    throw invalid(path, demand(attributes.map(({ name }) => `"${name}"`).join(' and ')));
  }
  for (const attribute of attributes) {
    checkKeyValue(decoded[attribute.name], attribute, `${path}.${attribute.name}`);
  }
  return decoded;
}

/** An item to store: it has the table's key, and what it has of index keys is rightly typed. */
export function decodeStoredItem(item: JsonObject, table: TableSchema, path: string): NativeItem {
  const decoded = decodeItem(item, path);
  for (const attribute of table.attributes) {
    if (!Object.hasOwn(decoded, attribute.name)) {
      throw invalid(path, `must have the key attribute "${attribute.name}"`);
    }
    checkKeyValue(decoded[attribute.name], attribute, `${path}.${attribute.name}`);
  }
  checkIndexKeys(decoded, table, path);
  return decoded;
}

/** Refuses attributes that would put a wrong or empty value into the key of an index. */
export function checkIndexKeys(attributes: NativeItem, table: TableSchema, path: string): void {
  for (const index of table.indexes.values()) {
    for (const attribute of index.attributes) {
      if (!Object.hasOwn(attributes, attribute.name)) continue;
      const at = `${path}.${attribute.name}`;
      checkKeyValue(attributes[attribute.name], attribute, at, index.name);
    }
  }
}

/** A value for a key attribute. */
export function decodeKeyValue(value: unknown, attribute: KeyAttribute, path: string): NativeValue {
  const decoded = decodeValue(value, path);
  checkKeyValue(decoded, attribute, path);
  return decoded;
}

/** Refuses a value that the key attribute cannot hold. */
function checkKeyValue(
  value: NativeValue | undefined,
  { type }: KeyAttribute,
  path: string,
  index?: string,
): void {
  const why = `as ${index === undefined ? 'a key attribute' : `a key of the index ${index}`}`;
  if (keyType(value) !== type) throw invalid(path, `must be ${TYPE_NAMES[type]}, ${why}`);
  if (value === '' || (value instanceof Uint8Array && value.length === 0)) {
    throw invalid(path, `must not be empty, ${why}`);
  }
}

function keyType(value: NativeValue | undefined): KeyType | undefined {
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number' || value instanceof NumberValue) return 'N';
  if (value instanceof Uint8Array) return 'B';
  return undefined;
}

/** The key attributes of an item that has them. */
export function keyOf(item: NativeItem, table: TableSchema): NativeItem {
  return Object.fromEntries(table.attributes.map(({ name }) => [name, item[name] ?? null]));
}

/** The members of an item in JSON that are its key attributes. */
export function keyMembers(item: JsonObject, names: Iterable<string>): JsonObject {
  return Object.fromEntries(Array.from(names, encodeName).map((name) => [name, item[name]]));
}

const LONGEST_SHOWN = 128;

/** A key for a log line: `PK=PROJECT#test123, SK=EPIC#E001`. */
export function formatKey(attributes: NativeItem, table: TableSchema): string {
  return table.attributes
    .map(({ name }) => `${name}=${formatKeyValue(attributes[name])}`)
    .join(', ');
}

function formatKeyValue(value: NativeValue | undefined): string {
  const text = value instanceof Uint8Array ? base64(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
