import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { ServiceError } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import type { Call } from './call.ts';
import { UNMARSHALL_OPTIONS } from './client.ts';
import { asFailure } from './failures.ts';
import { readCurrentItem } from './get-item.ts';
import type { NativeItem } from './native-values.ts';
import type { Table } from './table.ts';
import { encodeItem } from './values.ts';

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
  if (Item) {
    return encodeItem(unmarshall(Item as Record<string, AttributeValue>, UNMARSHALL_OPTIONS));
  }
  try {
    const current = await readCurrentItem(table, key, call);
    return current ? encodeItem(current) : null;
  } catch (readError) {
    if (readError instanceof ServiceError) return undefined;
    throw readError;
  }
}

/** A failed condition that shows the caller the item it failed on. */
export function conditionFailed(
  error: ServiceError,
  item: JsonObject | null | undefined,
): ServiceError {
  return new ServiceError(error.code, error.message, { item, cause: error.cause });
}
