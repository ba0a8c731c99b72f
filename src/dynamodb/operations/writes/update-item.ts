import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { storageError } from '../../calls/exceptions.ts';
import { SINGLE_WRITE } from '../../calls/operation.ts';
import {
  buildConditions,
  type Conditions,
  conditionParameters,
  hasConditions,
} from '../../expressions/conditions.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { buildUpdate, type UpdateVerbs } from '../../expressions/updates.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { encodeItem } from '../../values/values.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';
import { writeOnce } from './transactions.ts';
import type { Idempotent, Write } from './write.ts';

/** Whether an answer may lack the attributes that were asked for, there being none. */
const MAY_LACK = {
  ALL_NEW: () => false,
  UPDATED_NEW: ({ updates, append, add }: UpdateItemRequest) =>
    [updates, append, add].every((verb) => Object.keys(verb ?? {}).length === 0),
  ALL_OLD: ({ upsert = false }: UpdateItemRequest) => upsert,
  UPDATED_OLD: () => true,
  NONE: () => true,
} as const;

/** What an update returns: the item or what the update names of it, as it is then or was before. */
export type ReturnValues = keyof typeof MAY_LACK;

export interface UpdateItemRequest extends Conditions, Idempotent, UpdateVerbs {
  key: JsonObject;
  /** Instead of the verbs. */
  updateExpression?: string | undefined;
  /** Create the item when there is none. */
  upsert?: boolean | undefined;
  /** ALL_NEW where it does not say; without effect with an idempotency key. */
  returnValues?: ReturnValues | undefined;
}

/**
 * Changes attributes of an item and returns what was asked for; undefined where nothing is there,
 * and with an idempotency key. ItemNotFound when there is no item.
 */
export async function updateItem(
  table: Table,
  request: UpdateItemRequest,
  call: Call,
): Promise<JsonObject | undefined> {
  const write = await table.check(call, (schema) => planUpdate(request, table.name, schema));
  const updated =
    request.idempotencyKey === undefined
      ? await update(table, write, request, call)
      : await writeOnce(table, write, request.idempotencyKey, call);
  call.trail.message = `Item updated successfully: ${formatKey(write.key, write.schema)}`;
  call.trail.count = 1;
  return updated && presentItem(encodeItem(updated), request.key, call);
}

/** Checks an update; throws ValidationError. */
export function planUpdate(request: UpdateItemRequest, tableName: string, schema: TableSchema) {
  const { updateExpression, conditionExpression, upsert = false } = request;
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, updateExpression, conditionExpression);
  const UpdateExpression = updateExpression ?? buildUpdate(request, schema, expressions);
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...(upsert ? [] : [`attribute_exists(${expressions.name(partitionKey)})`]),
    ...buildConditions(request, expressions),
  ];
  const condition = conditionParameters(conditions, expressions);
  return {
    schema,
    key,
    operation: { Update: { TableName: tableName, Key: key, UpdateExpression, ...condition } },
    // A missing item outranks the caller's condition, unless the update may create it.
    explain: (failure, item) =>
      item === null && !upsert ? noSuchItem(failure) : conditionFailed(failure, item),
  } satisfies Write;
}

async function update(
  table: Table,
  { key, operation, explain }: ReturnType<typeof planUpdate>,
  request: UpdateItemRequest,
  call: Call,
): Promise<JsonObject | undefined> {
  const { returnValues = 'ALL_NEW' } = request;
  const command = new UpdateCommand({
    ...operation.Update,
    ReturnValues: returnValues,
    ReturnConsumedCapacity: 'TOTAL',
  });
  try {
    const { Attributes } = await table.send(command, call, SINGLE_WRITE);
    // An answer without what was asked for says nothing about what became of the update.
    if (!Attributes && !MAY_LACK[returnValues](request)) throw storageError('OutcomeUnknown');
    return Attributes;
  } catch (error) {
    if (!isFailedCondition(error)) throw error;
    const onlyExistence = !request.upsert && !hasConditions(request);
    throw explain(
      error,
      onlyExistence ? null : await itemOfFailedCondition(error, table, key, call),
    );
  }
}

function noSuchItem(cause: ServiceError): ServiceError {
  return new ServiceError(
    'ItemNotFound',
    'There is no item with this key; upsert: true would create it.',
    { cause },
  );
}
