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
import { coverConditions, isKept, keptDelete, mayKnow } from '../../guard/guarded-write.ts';
import { namesInConditions } from '../../guard/names.ts';
import { noteWrite } from '../../guard/notes.ts';
import { writeGuard } from '../../guard/write-guard.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { encodeItem } from '../../values/values.ts';
import { endRehearsal } from '../rehearsal.ts';
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
  const write = await table.check(call, (schema) => planDelete(request, table.name, schema, call));
  noteWrite(call, write);
  endRehearsal(call, () => [
    {
      tool: 'delete_item',
      table,
      write,
      plan: (of) => planDelete(request, table.name, write.schema, of),
    },
  ]);
  const deleted =
    request.idempotencyKey === undefined
      ? await sendDelete(table, write, request, call)
      : await writeOnce(table, write, request.idempotencyKey, call);
  call.trail.message = `Item deleted successfully: ${formatKey(write.key, write.schema)}`;
  call.trail.count = 1;
  const seen = deleted && write.guarded ? write.guarded.back.see(deleted) : deleted;
  return seen ? presentItem(encodeItem(seen), request.key, call) : null;
}

/** Checks a delete; throws ValidationError. */
export function planDelete(
  request: DeleteItemRequest,
  tableName: string,
  schema: TableSchema,
  call: Call,
) {
  const guard = writeGuard(call, 'delete_item', tableName, schema);
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, request.conditionExpression);
  const guarded = guard?.delete(key, namesInConditions(request, expressions), 'key');
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...coverConditions(guarded, partitionKey, expressions),
    ...buildConditions(request, expressions),
  ];
  return {
    schema,
    key,
    guarded,
    operation: {
      Delete: { TableName: tableName, Key: key, ...conditionParameters(conditions, expressions) },
    },
    isDone: (stored) =>
      isKept(guarded, stored) &&
      guarded !== undefined &&
      !hasConditions(request) &&
      !mayKnow(guarded, stored),
    explain: (failure, stored, of) => {
      const asAbsent = () => conditionFailed(failure, null, { key, guarded }, of);
      if (isKept(guarded, stored) && guarded) return keptDelete(guarded, stored, asAbsent);
      return conditionFailed(failure, stored, { key, guarded }, of);
    },
  } satisfies Write;
}

/** Sends a delete by itself; the deleted item, if it asks for that. */
export async function sendDelete(
  table: Table,
  { key, operation, explain, isDone }: ReturnType<typeof planDelete>,
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
    const stored = await itemOfFailedCondition(error, table, key, call);
    if (isDone(stored)) return undefined;
    throw explain(error, stored, call);
  }
}
