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
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';

export interface UpdateItemRequest extends Conditions, UpdateVerbs {
  key: JsonObject;
  /** Instead of the verbs. */
  updateExpression?: string | undefined;
  /** Create the item when there is none. */
  upsert?: boolean | undefined;
}

/** Changes attributes of an item and returns it as it is then; ItemNotFound when there is none. */
export async function updateItem(
  table: Table,
  request: UpdateItemRequest,
  call: Call,
): Promise<JsonObject> {
  const { key, command, shown } = await table.check(call, (schema) => {
    const decoded = decodeKey(request.key, schema.attributes, 'key');
    return {
      key: decoded,
      command: updateCommand(table.name, request, decoded, schema),
      shown: formatKey(decoded, schema),
    };
  });
  try {
    const { Attributes } = await table.send(command, call, SINGLE_WRITE);
    // An answer without what was asked for says nothing about what became of the update.
    if (!Attributes) throw storageError('OutcomeUnknown');
    call.trail.message = `Item updated successfully: ${shown}`;
    call.trail.count = 1;
    return presentItem(encodeItem(Attributes), request.key, call);
  } catch (error) {
    if (isFailedCondition(error)) throw await explainFailure(error, table, request, key, call);
    throw error;
  }
}

function updateCommand(
  tableName: string,
  request: UpdateItemRequest,
  key: NativeItem,
  schema: TableSchema,
): UpdateCommand {
  const { updateExpression, conditionExpression } = request;
  const expressions = new Expressions(request, updateExpression, conditionExpression);
  const update = updateExpression ?? buildUpdate(request, schema, expressions);
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...(request.upsert ? [] : [`attribute_exists(${expressions.name(partitionKey)})`]),
    ...buildConditions(request, expressions),
  ];
  return new UpdateCommand({
    TableName: tableName,
    Key: key,
    UpdateExpression: update,
    ReturnValues: 'ALL_NEW',
    ...conditionParameters(conditions, expressions),
  });
}

/** A missing item outranks the caller's condition, unless the update may create it. */
async function explainFailure(
  error: ServiceError,
  table: Table,
  request: UpdateItemRequest,
  key: NativeItem,
  call: Call,
): Promise<ServiceError> {
  const onlyExistence = !request.upsert && !hasConditions(request);
  const item = onlyExistence ? null : await itemOfFailedCondition(error, table, key, call);
  if (item === null && !request.upsert) {
    return new ServiceError(
      'ItemNotFound',
      'There is no item with this key; upsert: true would create it.',
      { cause: error },
    );
  }
  return conditionFailed(error, item);
}
