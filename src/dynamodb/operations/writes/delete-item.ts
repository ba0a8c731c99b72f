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
import { encodeItem } from '../../values/values.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';

export interface DeleteItemRequest extends Conditions {
  key: JsonObject;
  returnOld?: boolean | undefined;
}

/** Deletes an item, if there is one; returns it (null when there was none) if asked to. */
export async function deleteItem(
  table: Table,
  request: DeleteItemRequest,
  call: Call,
): Promise<JsonObject | null> {
  const { key, shown } = await table.check(call, (schema) => {
    const decoded = decodeKey(request.key, schema.attributes, 'key');
    return { key: decoded, shown: formatKey(decoded, schema) };
  });
  const expressions = new Expressions(request, request.conditionExpression);
  const conditions = buildConditions(request, expressions);
  const command = new DeleteCommand({
    TableName: table.name,
    Key: key,
    ReturnValues: request.returnOld ? 'ALL_OLD' : 'NONE',
    ...conditionParameters(conditions, expressions),
  });
  const plain = !hasConditions(request) && !request.returnOld;
  try {
    const { Attributes } = await table.send(command, call, plain ? REPEATABLE_WRITE : SINGLE_WRITE);
    call.trail.message = `Item deleted successfully: ${shown}`;
    call.trail.count = 1;
    return Attributes ? presentItem(encodeItem(Attributes), request.key, call) : null;
  } catch (error) {
    if (!isFailedCondition(error)) throw error;
    throw conditionFailed(error, await itemOfFailedCondition(error, table, key, call));
  }
}
