import { keyIdentity } from '../../dynamodb/operations/batches.ts';
import { decodeKey, keyMembers } from '../../dynamodb/tables/keys.ts';
import type { TableSchema } from '../../dynamodb/tables/table-schema.ts';
import { encodeItem } from '../../dynamodb/values/values.ts';
import { type ErrorCode, ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';

/** An item of a line, on its way into the table. */
export interface Entry {
  readonly line: number;
  readonly item: JsonObject;
  /** A text that it shares with all entries of its key; undefined where it has none that the table could have. */
  readonly identity: string | undefined;
}

/** What a reply says of a line that was not written. */
export interface FailedLine {
  readonly line: number;
  readonly code: ErrorCode;
  readonly error: string;
  readonly key?: JsonObject;
}

/** The key of an item as replies show it; undefined where it has none that the table could have. */
export function shownKey(
  item: JsonObject,
  schema: TableSchema | undefined,
): JsonObject | undefined {
  const key = schema && keyIn(item, schema);
  return key && encodeItem({ ...key });
}

/** A text that an item shares with all others of its key; undefined where it has none. */
export function identityOf(item: JsonObject, schema: TableSchema | undefined): string | undefined {
  if (!schema) return undefined;
  const texts = schema.attributes.map(({ name, type }) => {
    const value = item[name];
    return type === 'S' && typeof value === 'string' && value !== ''
      ? JSON.stringify(value)
      : undefined;
  });
  // As keyIdentity writes it, without a look at the item's other forms.
  if (!texts.includes(undefined)) return texts.join(' ');
  const key = keyIn(item, schema);
  return key && keyIdentity(key, schema);
}

function keyIn(item: JsonObject, schema: TableSchema) {
  try {
    return decodeKey(keyMembers(item, schema.names), schema.attributes, 'item');
  } catch (error) {
    // The tool says what is wrong with it.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
