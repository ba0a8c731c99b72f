import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { asFailure } from '../../calls/failures.ts';
import { REPEATABLE_WRITE, type RepeatPolicy, SINGLE_WRITE } from '../../calls/operation.ts';
import {
  buildConditions,
  type Conditions,
  conditionParameters,
  hasConditions,
} from '../../expressions/conditions.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { decodeStoredItem, formatKey, keyMembers, keyOf } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { sameValue } from '../../values/same-value.ts';
import { encodeItem } from '../../values/values.ts';
import { readCurrentItem } from '../reads/get-item.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';

export interface PutItemRequest extends Conditions {
  item: JsonObject;
  /** Only when no item has this key. */
  createOnly?: boolean | undefined;
  returnOld?: boolean | undefined;
}

/** Stores an item whole; returns the one it replaced (null when there was none) if asked to. */
export async function putItem(
  table: Table,
  request: PutItemRequest,
  call: Call,
): Promise<JsonObject | null> {
  const { item, schema } = await table.check(call, (checked) => ({
    item: decodeStoredItem(request.item, checked, 'item'),
    schema: checked,
  }));
  const key = keyOf(item, schema);
  let replaced: JsonObject | undefined;
  try {
    const command = putCommand(table, request, item, schema);
    replaced = (await table.send(command, call, repeatPolicy(request))).Attributes;
  } catch (error) {
    if (isFailedCondition(error)) {
      throw conditionFailed(error, await itemOfFailedCondition(error, table, key, call));
    }
    if (!request.createOnly || !(await wasCreated(error, table, key, item, call))) throw error;
  }
  call.trail.message = `Item stored successfully: ${formatKey(item, schema)}`;
  call.trail.count = 1;
  if (!replaced) return null;
  return presentItem(encodeItem(replaced), keyMembers(request.item, Object.keys(key)), call);
}

function putCommand(
  table: Table,
  request: PutItemRequest,
  item: NativeItem,
  schema: TableSchema,
): PutCommand {
  const expressions = new Expressions(request, request.conditionExpression);
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...(request.createOnly ? [`attribute_not_exists(${expressions.name(partitionKey)})`] : []),
    ...buildConditions(request, expressions),
  ];
  return new PutCommand({
    TableName: table.name,
    Item: item,
    ReturnValues: request.returnOld ? 'ALL_OLD' : 'NONE',
    ...conditionParameters(conditions, expressions),
  });
}

/** A create-only put may be repeated, because its condition keeps the repetition from storing. */
function repeatPolicy(request: PutItemRequest): RepeatPolicy {
  const plain = !hasConditions(request) && !request.returnOld;
  return request.createOnly || plain ? REPEATABLE_WRITE : SINGLE_WRITE;
}

/**
 * Whether a create-only put whose repetition met its condition is known to have created the item:
 * the answer to an earlier attempt was lost, and the stored item is the one that was sent.
 */
async function wasCreated(
  error: unknown,
  table: Table,
  key: NativeItem,
  item: NativeItem,
  call: Call,
): Promise<boolean> {
  const unknown = error instanceof ServiceError && error.code === 'OutcomeUnknown';
  if (!unknown || asFailure(error.cause).name !== 'ConditionalCheckFailedException') return false;
  try {
    return sameValue(item, await readCurrentItem(table, key, call));
  } catch (readError) {
    if (readError instanceof ServiceError) return false;
    throw readError;
  }
}
