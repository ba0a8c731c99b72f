import { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { asFailure } from '../../calls/failures.ts';
import type { Guarded } from '../../guard/guarded-write.ts';
import { decodeAttributes } from '../../lean/decode.ts';
import { keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { readCurrentItem } from '../reads/get-item.ts';
import { presentItem } from '../result-size.ts';
import type { Write } from './write.ts';

export function isFailedCondition(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === 'ConditionalCheckFailed';
}

/**
 * The stored item that a condition failed on, from DynamoDB's answer or, where that has none, by one
 * consistent read: null when there is no item, undefined when the read fails too.
 */
export async function itemOfFailedCondition(
  error: ServiceError,
  table: Table,
  key: NativeItem,
  call: Call,
): Promise<JsonObject | null | undefined> {
  const { Item } = asFailure(error.cause);
  const current = Item && decodeAttributes(Item);
  if (current) return current;
  try {
    return (await readCurrentItem(table, key, call)) ?? null;
  } catch (readError) {
    if (readError instanceof ServiceError) return undefined;
    throw readError;
  }
}

/** A stored item as the caller gets it; undefined where it may not see it. */
function present(
  stored: JsonObject,
  key: NativeItem,
  call: Call,
  guarded: Guarded | undefined,
): JsonObject | undefined {
  const seen = guarded ? guarded.back.see(stored) : stored;
  if (!seen) return undefined;
  const item = encodeItem(seen);
  return presentItem(item, keyMembers(item, Object.keys(key)), call);
}

/** A failed condition that shows the caller the item it failed on, as far as it may see it. */
export function conditionFailed(
  error: ServiceError,
  stored: JsonObject | null | undefined,
  { key, guarded }: Pick<Write, 'key' | 'guarded'>,
  call: Call,
): ServiceError {
  const item = stored ? present(stored, key, call, guarded) : stored;
  return new ServiceError(error.code, error.message, { item, cause: error.cause });
}
