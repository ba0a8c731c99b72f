import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { REPEATABLE_WRITE } from '../../calls/operation.ts';
import { dependsOnStored } from '../../guard/guarded-write.ts';
import { noteWrite } from '../../guard/notes.ts';
import { decodeKey, decodeStoredItem } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { type Entries, keyIdentity, refuseTooMany, sendInChunks } from '../batches.ts';
import { endRehearsal } from '../rehearsal.ts';
import { presentKey, presentSent } from '../result-size.ts';
import { sendAlone } from './alone.ts';
import { planDelete, sendDelete } from './delete-item.ts';
import { planPut, sendPut } from './put-item.ts';
import { within } from './within.ts';
import type { Write } from './write.ts';

const CHUNK_SIZE = 25;

export interface BatchWriteItemRequest {
  /** Items to store whole. */
  put: JsonObject[];
  /** Keys of items to delete. */
  remove: JsonObject[];
}

export interface BatchWriteItemResult {
  putCount: number;
  deleteCount: number;
  /** What DynamoDB did not take within the deadline, as it was sent. */
  unprocessed: { put: JsonObject[]; remove: JsonObject[] };
  /** What the caller's role may not do to what is there; absent where there is nothing. */
  denied?: { put: JsonObject[]; remove: JsonObject[] };
}

type WriteRequest = { PutRequest: { Item: NativeItem } } | { DeleteRequest: { Key: NativeItem } };

interface Entry {
  kind: 'put' | 'remove';
  asked: JsonObject;
  write: WriteRequest;
  /** How it is planned as a write of its own, where that is known. */
  step?: { tool: 'put_item' | 'delete_item'; write: Write; plan(call: Call): Write };
  /** Sends it alone, where it depends on what is stored. */
  alone?: (() => Promise<unknown>) | undefined;
}

/** Stores and deletes many items, each by itself: there is no order and no transaction. */
export async function batchWriteItem(
  table: Table,
  request: BatchWriteItemRequest,
  maxEntries: number,
  call: Call,
): Promise<BatchWriteItemResult> {
  refuseTooMany(request.put.length + request.remove.length, maxEntries);
  const { entries, schema } = await table.check(call, (checked) => ({
    entries:
      call.access || call.isRehearsal
        ? planEntries(table, request, checked, call)
        : decodeEntries(request, checked),
    schema: checked,
  }));
  endRehearsal(call, () =>
    [...entries.values()].flatMap(({ step }) => (step ? [{ ...step, table }] : [])),
  );
  const alone = await sendAlone(entries, call);
  const left = await sendInChunks(
    alone.together,
    () => CHUNK_SIZE,
    async (chunk) => {
      const { UnprocessedItems } = await table.send(
        new BatchWriteCommand({
          RequestItems: { [table.name]: chunk.map(([, { write }]) => write) },
          ReturnConsumedCapacity: 'TOTAL',
        }),
        call,
        REPEATABLE_WRITE,
      );
      return (UnprocessedItems?.[table.name] ?? []).map(({ PutRequest, DeleteRequest }) =>
        keyIdentity(PutRequest?.Item ?? DeleteRequest?.Key ?? {}, schema),
      );
    },
    call,
  );
  const unprocessed = presentEntries([...left, ...alone.left], schema, call);
  const denied = presentEntries(alone.denied, schema, call);
  const putCount = request.put.length - unprocessed.put.length - denied.put.length;
  const deleteCount = request.remove.length - unprocessed.remove.length - denied.remove.length;
  call.trail.message = `Batch stored ${putCount} and deleted ${deleteCount} items`;
  call.trail.count = putCount + deleteCount;
  return { putCount, deleteCount, unprocessed, ...(alone.denied.length > 0 && { denied }) };
}

/** Entries as the caller sent them, within what a result may hold. */
function presentEntries(entries: readonly Entry[], schema: TableSchema, call: Call) {
  const of = (kind: Entry['kind']) =>
    entries.filter((entry) => entry.kind === kind).map(({ asked }) => asked);
  const keyNames = [...schema.names];
  return {
    put: presentSent(of('put'), keyNames, call),
    remove: of('remove').map((asked) => presentKey(asked, call)),
  };
}

/** Takes in entries, each key once. */
function entering(entries: Entries<Entry>, table: TableSchema) {
  return (key: NativeItem, path: string, entry: Entry) => {
    const identity = keyIdentity(key, table);
    if (entries.has(identity)) throw invalid(path, 'names a key that the batch already names');
    entries.set(identity, entry);
  };
}

function decodeEntries(request: BatchWriteItemRequest, table: TableSchema): Entries<Entry> {
  const entries: Entries<Entry> = new Map();
  const enter = entering(entries, table);
  for (const [index, asked] of request.put.entries()) {
    const path = `put[${index}]`;
    const item = decodeStoredItem(asked, table, path);
    enter(item, path, { kind: 'put', asked, write: { PutRequest: { Item: item } } });
  }
  for (const [index, asked] of request.remove.entries()) {
    const path = `delete[${index}]`;
    const key = decodeKey(asked, table.attributes, path);
    enter(key, path, { kind: 'remove', asked, write: { DeleteRequest: { Key: key } } });
  }
  return entries;
}

/** The entries as a role has them: each is a put or a delete of its own, and all are covered or none is sent. */
function planEntries(
  table: Table,
  request: BatchWriteItemRequest,
  schema: TableSchema,
  call: Call,
): Entries<Entry> {
  const entries: Entries<Entry> = new Map();
  const enter = entering(entries, schema);
  for (const [index, asked] of request.put.entries()) {
    const path = `put[${index}]`;
    const put = { item: asked };
    const plan = within(path, () => planPut(put, table.name, schema, call));
    const { Item } = plan.operation.Put;
    noteWrite(call, plan, Item);
    const alone = dependsOnStored(plan.guarded) ? () => sendPut(table, plan, put, call) : undefined;
    const step = {
      tool: 'put_item',
      write: plan,
      plan: (of: Call) => planPut(put, table.name, schema, of),
    } as const;
    enter(plan.key, path, { kind: 'put', asked, write: { PutRequest: { Item } }, step, alone });
  }
  for (const [index, asked] of request.remove.entries()) {
    const path = `delete[${index}]`;
    const remove = { key: asked };
    const plan = within(path, () => planDelete(remove, table.name, schema, call));
    const { key } = plan;
    noteWrite(call, plan);
    const alone = dependsOnStored(plan.guarded)
      ? () => sendDelete(table, plan, remove, call)
      : undefined;
    const step = {
      tool: 'delete_item',
      write: plan,
      plan: (of: Call) => planDelete(remove, table.name, schema, of),
    } as const;
    const write = { DeleteRequest: { Key: key } };
    enter(key, path, { kind: 'remove', asked, write, step, alone });
  }
  return entries;
}
