import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { READ } from '../calls/operation.ts';
import { Expressions } from '../expressions/expressions.ts';
import { projectionWith } from '../expressions/projections.ts';
import { decodeKey } from '../tables/keys.ts';
import type { Table } from '../tables/table.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import type { NativeItem } from '../values/native-values.ts';
import { encodeItem } from '../values/values.ts';
import { type Entries, keyIdentity, refuseTooMany, sendInChunks } from './batches.ts';
import { withinBytes } from './result-size.ts';

const CHUNK_SIZE = 100;

export interface BatchGetItemRequest {
  /** Duplicates are asked for once. */
  keys: JsonObject[];
  consistentRead?: boolean | undefined;
  projectionExpression?: string | undefined;
  expressionNames?: Record<string, string> | undefined;
}

export interface BatchGetItemResult {
  items: JsonObject[];
  /** Keys that DynamoDB did not answer within the deadline, or whose items were cut off. */
  unprocessedKeys: JsonObject[];
}

interface Entry {
  key: NativeItem;
  asked: JsonObject;
}

/** The items of many keys, in no order; keys without an item have none in the result. */
export async function batchGetItem(
  table: Table,
  request: BatchGetItemRequest,
  maxEntries: number,
  call: Call,
): Promise<BatchGetItemResult> {
  refuseTooMany(request.keys.length, maxEntries);
  const { entries, schema } = await table.check(call, (checked) => ({
    entries: decodeEntries(request.keys, checked),
    schema: checked,
  }));
  const bySize = call.maxResultBytes !== undefined;
  const found: { asked: JsonObject | undefined; item: JsonObject }[] = [];
  const left = await sendInChunks(
    entries,
    CHUNK_SIZE,
    async (chunk) => {
      const keys = chunk.map(([, { key }]) => key);
      const { command, strip } = batchGetCommand(
        table.name,
        keys,
        request,
        bySize ? schema : undefined,
      );
      const { Responses, UnprocessedKeys } = await table.send(command, call, READ);
      for (const item of Responses?.[table.name] ?? []) {
        const asked = bySize ? entries.get(keyIdentity(item, schema))?.asked : undefined;
        strip(item);
        found.push({ asked, item: encodeItem(item) });
      }
      return (UnprocessedKeys?.[table.name]?.Keys ?? []).map((key) => keyIdentity(key, schema));
    },
    call,
  );
  const items = found.map(({ item }) => item);
  const fitting = bySize ? withinBytes(items, call.maxResultBytes ?? 0) : items.length;
  if (fitting < items.length) call.trail.cutFrom = items.length;
  call.trail.message = `Batch retrieved ${fitting} of ${entries.size} items`;
  call.trail.count = fitting;
  return {
    items: items.slice(0, fitting),
    unprocessedKeys: [
      ...left.map(({ asked }) => asked),
      ...found.slice(fitting).flatMap(({ asked }) => (asked ? [asked] : [])),
    ],
  };
}

function decodeEntries(keys: JsonObject[], table: TableSchema): Entries<Entry> {
  return new Map(
    keys.map((asked, index) => {
      const key = decodeKey(asked, table, `keys[${index}]`);
      return [keyIdentity(key, table), { key, asked }];
    }),
  );
}

/** The command for a chunk; with `keysOf` its items surely show the key attributes until stripped. */
function batchGetCommand(
  tableName: string,
  keys: NativeItem[],
  { consistentRead, projectionExpression, expressionNames }: BatchGetItemRequest,
  keysOf: TableSchema | undefined,
) {
  const expressions = new Expressions({ expressionNames }, projectionExpression);
  const names = (keysOf?.attributes ?? []).map(({ name }) => name);
  const { expression, strip } = projectionWith(names, projectionExpression, expressions);
  const command = new BatchGetCommand({
    RequestItems: {
      [tableName]: {
        Keys: keys,
        ConsistentRead: consistentRead,
        ProjectionExpression: expression,
        ...expressions.parameters(),
      },
    },
    ReturnConsumedCapacity: 'TOTAL',
  });
  return { command, strip };
}
