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
import { itemAt } from '../../guard/guarded-projection.ts';
import { type GuardedUpdate, guardUpdate, namesInVerbs } from '../../guard/guarded-update.ts';
import { coverConditions, dependsOnStored, isKept, keptUpdate } from '../../guard/guarded-write.ts';
import { noteWrite } from '../../guard/notes.ts';
import { writeGuard } from '../../guard/write-guard.ts';
import { decodeKey, formatKey } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { endRehearsal } from '../rehearsal.ts';
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
  const write = await table.check(call, (schema) => planUpdate(request, table.name, schema, call));
  noteUpdate(call, write);
  endRehearsal(call, () => [
    {
      tool: 'update_item',
      table,
      write,
      plan: (of) => planUpdate(request, table.name, write.schema, of),
    },
  ]);
  const updated =
    request.idempotencyKey === undefined
      ? await update(table, write, request, call)
      : await writeOnce(table, write, request.idempotencyKey, call);
  call.trail.message = `Item updated successfully: ${formatKey(write.key, write.schema)}`;
  call.trail.count = 1;
  return updated && presentItem(encodeItem(updated), request.key, call);
}

function noteUpdate(call: Call, write: ReturnType<typeof planUpdate>): void {
  noteWrite(call, write);
  for (const {
    steps: [name],
  } of write.guarded?.targets ?? [])
    call.access?.noted.written.add(name);
}

/** Checks an update; throws ValidationError. */
export function planUpdate(
  request: UpdateItemRequest,
  tableName: string,
  schema: TableSchema,
  call: Call,
) {
  const { updateExpression, conditionExpression, upsert = false } = request;
  const guard = writeGuard(call, 'update_item', tableName, schema);
  guard?.refuseUnwritable(namesInVerbs(request), '');
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, updateExpression, conditionExpression);
  const written = updateExpression ?? buildUpdate(request, schema, expressions);
  const guarded = guard && guardUpdate(guard, request, key, written, expressions);
  const { expression: UpdateExpression = written } = guarded ?? {};
  const partitionKey = schema.partition[0]?.name ?? '';
  const conditions = [
    ...(upsert ? [] : [`attribute_exists(${expressions.name(partitionKey)})`]),
    ...coverConditions(guarded, partitionKey, expressions),
    ...buildConditions(request, expressions),
  ];
  const condition = conditionParameters(conditions, expressions);
  return {
    schema,
    key,
    guarded,
    operation: { Update: { TableName: tableName, Key: key, UpdateExpression, ...condition } },
    // A missing item outranks the caller's condition, unless the update may create it.
    explain: (failure, stored, of) => {
      if (stored === null && !upsert) return noSuchItem(failure);
      if (isKept(guarded, stored) && guarded) {
        return keptUpdate(guarded, stored, upsert, () => noSuchItem(failure));
      }
      return conditionFailed(failure, stored, { key, guarded }, of);
    },
  } satisfies Write;
}

async function update(
  table: Table,
  { key, operation, explain, guarded }: ReturnType<typeof planUpdate>,
  request: UpdateItemRequest,
  call: Call,
): Promise<JsonObject | undefined> {
  const { returnValues: asked = 'ALL_NEW' } = request;
  const isSeenWhole = !guarded || guarded.back.isOpen;
  const returnValues = isSeenWhole ? asked : WHOLE[asked];
  const command = new UpdateCommand({
    ...operation.Update,
    ReturnValues: returnValues,
    ReturnConsumedCapacity: 'TOTAL',
  });
  try {
    const { Attributes } = await table.send(command, call, SINGLE_WRITE);
    // An answer without what was asked for says nothing about what became of the update.
    if (!Attributes && !MAY_LACK[returnValues](request)) throw storageError('OutcomeUnknown');
    if (isSeenWhole || !Attributes) return Attributes;
    return seenOf(guarded, Attributes, asked, key);
  } catch (error) {
    if (!isFailedCondition(error)) throw error;
    const onlyExistence = !request.upsert && !hasConditions(request) && !dependsOnStored(guarded);
    const stored = onlyExistence ? null : await itemOfFailedCondition(error, table, key, call);
    throw explain(error, stored, call);
  }
}

/** What is asked for in place of parts of an item, which say nothing of who may see it. */
const WHOLE = {
  ALL_NEW: 'ALL_NEW',
  UPDATED_NEW: 'ALL_NEW',
  ALL_OLD: 'ALL_OLD',
  UPDATED_OLD: 'ALL_OLD',
  NONE: 'NONE',
} as const satisfies Record<ReturnValues, ReturnValues>;

/** What the caller may see of what an update returns: of an item that it may not see, the new key. */
function seenOf(
  { back, targets }: GuardedUpdate,
  returned: JsonObject,
  asked: ReturnValues,
  key: NativeItem,
): JsonObject | undefined {
  const seen = back.see(returned);
  if (asked === 'ALL_NEW') {
    return seen ?? Object.fromEntries(Object.keys(key).map((name) => [name, returned[name]]));
  }
  if (asked === 'ALL_OLD' || !seen) return seen;
  return itemAt(seen, targets);
}

function noSuchItem(cause: ServiceError): ServiceError {
  return new ServiceError(
    'ItemNotFound',
    'There is no item with this key; upsert: true would create it.',
    { cause },
  );
}
