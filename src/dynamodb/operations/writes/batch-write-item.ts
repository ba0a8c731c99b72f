import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { REPEATABLE_WRITE } from '../../calls/operation.ts';
import { decodeKey, decodeStoredItem } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { type Entries, keyIdentity, refuseTooMany, sendInChunks } from '../batches.ts';
import { presentKey, presentSent } from '../result-size.ts';

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
}

type WriteRequest = { PutRequest: { Item: NativeItem } } | { DeleteRequest: { Key: NativeItem } };

interface Entry {
  kind: 'put' | 'remove';
  asked: JsonObject;
  write: WriteRequest;
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
    entries: decodeEntries(request, checked),
    schema: checked,
  }));
  const left = await sendInChunks(
    entries,
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
  const leftOf = (kind: Entry['kind']) =>
    left.filter((entry) => entry.kind === kind).map(({ asked }) => asked);
  const keyNames = schema.attributes.map(({ name }) => name);
  const unprocessed = {
    put: presentSent(leftOf('put'), keyNames, call),
    remove: leftOf('remove').map((asked) => presentKey(asked, call)),
  };
  const putCount = request.put.length - unprocessed.put.length;
  const deleteCount = request.remove.length - unprocessed.remove.length;
  call.trail.message = `Batch stored ${putCount} and deleted ${deleteCount} items`;
  call.trail.count = putCount + deleteCount;
  return { putCount, deleteCount, unprocessed };
}

function decodeEntries(request: BatchWriteItemRequest, table: TableSchema): Entries<Entry> {
  const entries: Entries<Entry> = new Map();
  const enter = (key: NativeItem, path: string, entry: Entry) => {
    const identity = keyIdentity(key, table);
    if (entries.has(identity)) throw invalid(path, 'names a key that the batch names already');
    entries.set(identity, entry);
  };
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
