import { call } from './service.ts';

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

/** What describe_table tells. */
export interface Table {
  table: string;
  status: string;
  key_schema: KeyPart[];
  indexes: TableIndex[];
  vector_indexes: { index_name: string; vector_attribute: string; usable: boolean }[];
  billing_mode: string;
  item_count: number | null;
  size_bytes: number | null;
}

/** Describes a table. */
export async function describeTable(name: string): Promise<Table> {
  return (await call('describe_table', { table: name })) as unknown as Table;
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
