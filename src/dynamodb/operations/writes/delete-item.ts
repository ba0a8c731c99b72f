import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { REPEATABLE_WRITE, SINGLE_WRITE } from '../../calls/operation.ts';
import {
  buildConditions,
  type Conditions,
  conditionParameters,
  hasConditions,
} from '../../expressions/conditions.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { encodeItem } from '../../values/values.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';
import { writeOnce } from './transactions.ts';
import type { Idempotent, Write } from './write.ts';

export interface DeleteItemRequest extends Conditions, Idempotent {
  key: JsonObject;
  returnOld?: boolean | undefined;
}

/** Deletes an item, if there is one; returns it (null when there was none) if asked to. */
export async function deleteItem(
  table: Table,
  request: DeleteItemRequest,
  call: Call,
): Promise<JsonObject | null> {
  const write = await table.check(call, (schema) => planDelete(request, table.name, schema));
  const deleted =
    request.idempotencyKey === undefined
      ? await remove(table, write, request, call)
      : await writeOnce(table, write, request.idempotencyKey, call);
  call.trail.message = `Item deleted successfully: ${formatKey(write.key, write.schema)}`;
  call.trail.count = 1;
  return deleted ? presentItem(encodeItem(deleted), request.key, call) : null;
}

/** Checks a delete; throws ValidationError. */
export function planDelete(request: DeleteItemRequest, tableName: string, schema: TableSchema) {
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, request.conditionExpression);
  const condition = conditionParameters(buildConditions(request, expressions), expressions);
  return {
    schema,
    key,
    operation: { Delete: { TableName: tableName, Key: key, ...condition } },
    explain: conditionFailed,
  } satisfies Write;
}

async function remove(
  table: Table,
  { key, operation, explain }: ReturnType<typeof planDelete>,
  request: DeleteItemRequest,
  call: Call,
): Promise<JsonObject | undefined> {
  const command = new DeleteCommand({
    ...operation.Delete,
    ReturnValues: request.returnOld ? 'ALL_OLD' : 'NONE',
    ReturnConsumedCapacity: 'TOTAL',
  });
  const plain = !hasConditions(request) && !request.returnOld;
  try {
    return (await table.send(command, call, plain ? REPEATABLE_WRITE : SINGLE_WRITE)).Attributes;
  } catch (error) {
    if (!isFailedCondition(error)) throw error;
    throw explain(error, await itemOfFailedCondition(error, table, key, call));
  }
}
