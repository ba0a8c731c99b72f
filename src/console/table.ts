import { read } from './service.ts';
import type { Item } from './values/attribute-value.ts';
import { itemSize } from './values/item-size.ts';

/** A key of a table or an index. */
export interface KeyPart {
  attribute_name: string;
  attribute_type: 'S' | 'N' | 'B';
  key_type: 'HASH' | 'RANGE';
}

/** An index of a table. */
export interface TableIndex {
  index_name: string;
  projection: string;
  key_schema: KeyPart[];
}

/** An index by meaning. */
export interface VectorIndex {
  index_name: string;
  vector_attribute: string;
  usable: boolean;
  /** Each search is of one value of it; null for none. */
  partition_attribute: string | null;
}

/** What describe_table tells. */
export interface Table {
  table: string;
  status: string;
  key_schema: KeyPart[];
  indexes: TableIndex[];
  vector_indexes: VectorIndex[];
  billing_mode: string;
  item_count: number | null;
  size_bytes: number | null;
  /** The items of it that were read here, with their sizes in bytes. */
  seen: { items: number; bytes: number };
}

/** Describes a table; throws ServiceFailure. */
export async function describeTable(name: string): Promise<Table> {
  const described = await read({ tool: 'describe_table', input: { table: name } });
  return { ...(described as unknown as Table), seen: { items: 0, bytes: 0 } };
}

/**
 * Notes items that were read, so that it is known how large they are; `isAll` where the table has no
 * others, which DynamoDB itself counts some hours later.
 */
export function noteSizes(table: Table, items: readonly Item[], isAll = false): void {
  const bytes = items.reduce((sum, item) => sum + itemSize(item), 0);
  table.seen.items += items.length;
  table.seen.bytes += bytes;
  if (!isAll) return;
  table.item_count = items.length;
  table.size_bytes = bytes;
}

/** The keys of the table, or of one of its indexes. */
export function keysOf(table: Table, index: string | undefined): KeyPart[] {
  if (index === undefined) return table.key_schema;
  return table.indexes.find(({ index_name }) => index_name === index)?.key_schema ?? [];
}

/** The names of the attributes of the table's own key. */
export function keyNames(table: Table): string[] {
  return table.key_schema.map(({ attribute_name }) => attribute_name);
}
