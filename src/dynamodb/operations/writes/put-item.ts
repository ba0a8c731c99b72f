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
import { coverConditions, dependsOnStored, isKept, keptPut } from '../../guard/guarded-write.ts';
import { namesInConditions } from '../../guard/names.ts';
import { noteWrite } from '../../guard/notes.ts';
import { writeGuard } from '../../guard/write-guard.ts';
import { decodeStoredItem, formatKey, keyMembers, keyOf } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { storedName } from '../../values/attribute-names.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { sameValue } from '../../values/same-value.ts';
import { encodeItem } from '../../values/values.ts';
import { readCurrentItem } from '../reads/get-item.ts';
import { endRehearsal } from '../rehearsal.ts';
import { presentItem } from '../result-size.ts';
import { conditionFailed, isFailedCondition, itemOfFailedCondition } from './failed-conditions.ts';
import { writeOnce } from './transactions.ts';
import type { Idempotent, Write } from './write.ts';

export interface PutItemRequest extends Conditions, Idempotent {
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
  const write = await table.check(call, (schema) => planPut(request, table.name, schema, call));
  noteWrite(call, write, write.operation.Put.Item);
  endRehearsal(call, () => [
    {
      tool: 'put_item',
      table,
      write,
      plan: (of) => planPut(request, table.name, write.schema, of),
    },
  ]);
  const replaced =
    request.idempotencyKey === undefined
      ? await sendPut(table, write, request, call)
      : await writeOnce(table, write, request.idempotencyKey, call);
  call.trail.message = `Item stored successfully: ${formatKey(write.key, write.schema)}`;
  call.trail.count = 1;
  const seen = replaced && write.guarded ? write.guarded.back.see(replaced) : replaced;
  if (!seen) return null;
  return presentItem(encodeItem(seen), keyMembers(request.item, Object.keys(write.key)), call);
}

/** Checks a put; throws ValidationError. */
export function planPut(
  request: PutItemRequest,
  tableName: string,
  schema: TableSchema,
  call: Call,
) {
  const guard = writeGuard(call, 'put_item', tableName, schema);
  guard?.refuseUnwritable(Object.keys(request.item).map(storedName), 'item');
  const item = decodeStoredItem(request.item, schema, 'item');
  const key = keyOf(item, schema);
  const expressions = new Expressions(request, request.conditionExpression);
  const guarded = guard?.put(item, key, namesInConditions(request, expressions), 'item');
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...(request.createOnly
      ? [`attribute_not_exists(${expressions.name(partitionKey)})`]
      : coverConditions(guarded, partitionKey, expressions)),
    ...buildConditions(request, expressions),
  ];
  const condition = conditionParameters(conditions, expressions);
  const Item = guarded ? { ...item, ...Object.fromEntries(guarded.set) } : item;
  return {
    schema,
    key,
    guarded,
    operation: { Put: { TableName: tableName, Item, ...condition } },
    explain: (failure, stored, of) => {
      const asExisting = () => conditionFailed(failure, stored, { key, guarded }, of);
      return isKept(guarded, stored) && guarded
        ? keptPut(guarded, stored, asExisting)
        : asExisting();
    },
  } satisfies Write;
}

/** Sends a put by itself; the item that it replaced, if it asks for that. */
export async function sendPut(
  table: Table,
  { key, operation, explain, guarded }: ReturnType<typeof planPut>,
  request: PutItemRequest,
  call: Call,
): Promise<JsonObject | undefined> {
  const command = new PutCommand({
    ...operation.Put,
    ReturnValues: request.returnOld ? 'ALL_OLD' : 'NONE',
    ReturnConsumedCapacity: 'TOTAL',
  });
  try {
    return (await table.send(command, call, repeatPolicy(request))).Attributes;
  } catch (error) {
    if (isFailedCondition(error)) {
      throw explain(error, await itemOfFailedCondition(error, table, key, call), call);
    }
    const { Item: item } = operation.Put;
    const mayRepeat = request.createOnly || dependsOnStored(guarded);
    if (mayRepeat && (await wasCreated(error, table, key, item, call))) return undefined;
    throw error;
  }
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
