import { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { asFailure } from '../../calls/failures.ts';
import { decodeAttributes } from '../../lean/decode.ts';
import { keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { readCurrentItem } from '../reads/get-item.ts';
import { presentItem } from '../result-size.ts';

export function isFailedCondition(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === 'ConditionalCheckFailed';
}

/**
 * The item that a condition failed on, from DynamoDB's answer or, where that has none, by one
 * consistent read: null when there is no item, undefined when the read fails too.
 */
export async function itemOfFailedCondition(
  error: ServiceError,
  table: Table,
  key: NativeItem,
  call: Call,
): Promise<JsonObject | null | undefined> {
  const { Item } = asFailure(error.cause);
  const current = Item && presentAttributes(Item, key, call);
  if (current) return current;
  try {
    const current = await readCurrentItem(table, key, call);
    return current ? present(current, key, call) : null;
  } catch (readError) {
    if (readError instanceof ServiceError) return undefined;
    throw readError;
  }
}

/** The item in an exception as the caller gets it; undefined where it cannot be read. */
export function presentAttributes(
  attributes: Record<string, unknown>,
  key: NativeItem,
  call: Call,
): JsonObject | undefined {
  const item = decodeAttributes(attributes);
  return item && present(item, key, call);
}

function present(stored: JsonObject, key: NativeItem, call: Call): JsonObject {
  const item = encodeItem(stored);
  return presentItem(item, keyMembers(item, Object.keys(key)), call);
}

/** A failed condition that shows the caller the item it failed on. */
export function conditionFailed(
  error: ServiceError,
  item: JsonObject | null | undefined,
): ServiceError {
  return new ServiceError(error.code, error.message, { item, cause: error.cause });
}
