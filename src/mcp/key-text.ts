import type { TableView } from './table-reader.ts';

/** `PK (partition key, S), SK (sort key, S)`. */
export function describeKeys(schema: TableView['key_schema']): string {
  return schema
    .map(({ attribute_name, attribute_type, key_type }) => {
      const role = key_type === 'HASH' ? 'partition key' : 'sort key';
      return `${attribute_name} (${role}, ${attribute_type})`;
    })
    .join(', ');
}
