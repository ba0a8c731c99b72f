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
  /** Undefined where it has no key that the table could have. */
  readonly key: JsonObject | undefined;
  /** A text that it shares with all entries of its key. */
  readonly identity: string | undefined;
}

/** What a reply says of a line that was not written. */
export interface FailedLine {
  readonly line: number;
  readonly code: ErrorCode;
  readonly error: string;
  readonly key?: JsonObject;
}

export function entryOf(line: number, item: JsonObject, schema: TableSchema | undefined): Entry {
  if (!schema) return { line, item, key: undefined, identity: undefined };
  try {
    const key = decodeKey(keyMembers(item, schema.names), schema.attributes, 'item');
    return { line, item, identity: keyIdentity(key, schema), key: encodeItem({ ...key }) };
  } catch (error) {
    // The tool says what is wrong with it.
    if (!(error instanceof ServiceError)) throw error;
    return { line, item, key: undefined, identity: undefined };
  }
}
