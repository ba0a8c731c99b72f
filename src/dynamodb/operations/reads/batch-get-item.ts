import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { type JsonElement, JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { readAs } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { guardedProjection } from '../../guard/guarded-projection.ts';
import { noteKey } from '../../guard/notes.ts';
import { type ReadGuard, readGuard } from '../../guard/read-guard.ts';
import { decodeKey, formatKey, keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { decodeItem, encodeItem } from '../../values/values.ts';
import { type Entries, keyIdentity, refuseTooMany, sendInChunks } from '../batches.ts';
import { presentKey, ResultRoom } from '../result-size.ts';
import { elementsOf, itemsAsJson } from './items-as-json.ts';

const CHUNK_SIZE = 100;

export interface BatchGetItemRequest {
  /** Duplicates are asked for once. */
  keys: JsonObject[];
  consistentRead?: boolean | undefined;
  projectionExpression?: string | undefined;
  expressionNames?: Record<string, string> | undefined;
}

export interface BatchGetItemResult {
  items: JsonObject[] | JsonList;
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
  const { entries, showsAll, schema, guard } = await table.check(call, (checked) => {
    const whole = readGuard(call, 'get_item', { table: table.name }, checked);
    return {
      ...decodeEntries(request.keys, checked, whole),
      schema: checked,
      guard: whole,
    };
  });
  for (const { key } of call.access ? entries.values() : []) noteKey(call, formatKey(key, schema));
  const room = new ResultRoom(call);
  // Only a result that may be cut has to know whose item it was.
  const keyNames = call.view ? [...schema.names] : [];
  // A projection has more than was asked for: what a rule has to see, the key of an item that is cut.
  const hasAll = request.projectionExpression === undefined;
  const isAsked = hasAll || (!call.view && (!guard || guard.isOpen));
  const form = call.view ? 'each' : 'list';
  const asJson = call.takesJson && showsAll && isAsked ? form : undefined;
  const json = new JsonList();
  const items: JsonObject[] = [];
  const unfit: Entry[] = [];
  let asked = 0;
  const left = await sendInChunks(
    entries,
    () => Math.min(CHUNK_SIZE, room.likelyToFit(asked)),
    async (chunk) => {
      const keys = chunk.map(([, { key }]) => key);
      const { command, projection } = batchGetCommand(table.name, keys, request, keyNames, guard);
      const { Responses, UnprocessedKeys } = await table.send(command, call, readAs(asJson));
      const stored = Responses?.[table.name];
      if (asJson === 'list') json.append(itemsAsJson(stored));
      else if (asJson === 'each') {
        for (const element of elementsOf(stored)) {
          const shown = room.fitElement(element, keyNames);
          const entry = shown === undefined && entries.get(identityOf(element, schema));
          if (shown !== undefined) json.push(shown, element.text);
          else if (entry) unfit.push(entry);
        }
      } else {
        // Without a form all of them are values.
        for (const item of (stored ?? []) as JsonObject[]) {
          const found = guard ? guard.see(item) : item;
          if (!found) continue;
          const entry = call.view && entries.get(keyIdentity(found, schema));
          projection.strip(found);
          const shown = room.fit(encodeItem(found), entry?.asked ?? {}, projection.named);
          if (shown) items.push(shown);
          else if (entry) unfit.push(entry);
        }
      }
      const again = UnprocessedKeys?.[table.name]?.Keys ?? [];
      asked += chunk.length - again.length;
      return again.map((key) => keyIdentity(key, schema));
    },
    call,
  );
  const found = asJson ? json : items;
  call.trail.message = `Batch retrieved ${found.length} of ${entries.size} items`;
  call.trail.count = found.length;
  return {
    items: found,
    unprocessedKeys: [...unfit, ...left].map((entry) => presentKey(entry.asked, call)),
  };
}

/** As keyIdentity, of an item that is JSON already. */
function identityOf({ value }: JsonElement, schema: TableSchema): string {
  return keyIdentity(decodeItem(keyMembers(value, [...schema.names]), 'key'), schema);
}

/** The entries by their keys, and whether all there is of each of their items may be shown. */
function decodeEntries(keys: JsonObject[], table: TableSchema, guard: ReadGuard | undefined) {
  const entries: Entries<Entry> = new Map();
  let showsAll = true;
  for (const [index, asked] of keys.entries()) {
    const path = `keys[${index}]`;
    const key = decodeKey(asked, table.attributes, path);
    const narrowed = guard?.narrow(key, path);
    narrowed?.noteReach();
    showsAll &&= narrowed?.isOpen ?? true;
    entries.set(keyIdentity(key, table), { key, asked });
  }
  return { entries, showsAll };
}

/** The command for a chunk, whose items surely show some attributes until stripped. */
function batchGetCommand(
  tableName: string,
  keys: NativeItem[],
  { consistentRead, projectionExpression, expressionNames }: BatchGetItemRequest,
  shownNames: string[],
  guard: ReadGuard | undefined,
) {
  const expressions = new Expressions({ expressionNames }, projectionExpression);
  const projection = guardedProjection(shownNames, projectionExpression, expressions, guard);
  const command = new BatchGetCommand({
    RequestItems: {
      [tableName]: {
        Keys: keys,
        ConsistentRead: consistentRead,
        ProjectionExpression: projection.expression,
        ...expressions.parameters(),
      },
    },
    ReturnConsumedCapacity: 'TOTAL',
  });
  return { command, projection };
}
