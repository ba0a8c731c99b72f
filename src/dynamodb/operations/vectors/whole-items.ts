import { JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { decodeKey, keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { keyIdentity } from '../batches.ts';
import { batchGetItem } from '../reads/batch-get-item.ts';
import type { Neighbour } from './search-plan.ts';

/** What became of items that an index has found. */
interface Read {
  found: Neighbour[];
  deletedKeys: JsonObject[];
  unprocessedKeys: JsonObject[];
}

/** The items as the table has them now, in their order; an index can be behind it. */
export async function readWhole(
  table: Table,
  found: readonly Neighbour[],
  schema: TableSchema,
  maxEntries: number,
  call: Call,
): Promise<Read> {
  if (found.length === 0) return { found: [], deletedKeys: [], unprocessedKeys: [] };
  const names = schema.names;
  const identity = (item: JsonObject) =>
    keyIdentity(decodeKey(keyMembers(item, names), schema.attributes, ''), schema);
  const keys = found.map(({ item }) => keyMembers(item, names));
  // They are shown when all are there.
  const { items: whole, unprocessedKeys } = await batchGetItem(
    table,
    { keys, consistentRead: true },
    Math.max(maxEntries, keys.length),
    { ...call, view: undefined, takesJson: false },
  );
  const items = whole instanceof JsonList ? whole.toJSON() : whole;
  const byIdentity = new Map(items.map((item) => [identity(item), item]));
  const unread = new Set(unprocessedKeys.map(identity));
  const read: Read = { found: [], deletedKeys: [], unprocessedKeys };
  for (const { item: stored, score } of found) {
    const item = byIdentity.get(identity(stored));
    if (item) read.found.push({ item, score });
    else if (!unread.has(identity(stored))) read.deletedKeys.push(keyMembers(stored, names));
  }
  return read;
}
