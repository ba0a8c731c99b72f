import { existsSync, readFileSync } from 'node:fs';
import { describeKeys } from './key-text.ts';
import type { TableView } from './table-reader.ts';

// Beside the bundle, or where a checkout has it.
const PLACES = ['./DYNAMODB_SCHEMA.md', '../../infrastructure/DYNAMODB_SCHEMA.md'];

const designDocument = readDesignDocument();

/** The design of a table as Markdown: the document of the single-table design, if it has its keys. */
export function schemaDocument(table: TableView): string {
  if (designDocument && hasDesign(table)) return designDocument;
  const indexes = table.indexes.map(
    ({ index_name, projection, key_schema }) =>
      `- Index \`${index_name}\`: ${describeKeys(key_schema)}; projects ${projection}`,
  );
  return [
    `# ${table.table}`,
    '',
    `- Table: ${describeKeys(table.key_schema)}`,
    ...indexes,
    ...(table.guide ? ['', table.guide] : []),
    '',
  ].join('\n');
}

/** Whether nothing says otherwise than that the table is one of the single-table design. */
function hasDesign({ key_schema, guide }: TableView): boolean {
  const keys = key_schema.map((key) => `${key.attribute_name} ${key.attribute_type}`);
  return guide === undefined && keys.join() === 'PK S,SK S';
}

function readDesignDocument(): string | undefined {
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
  return place && readFileSync(place, 'utf8');
}
