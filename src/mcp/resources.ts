import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { itemShapes } from './item-shapes.ts';
import { readSchemaDocument } from './schema-document.ts';
import type { TableReader } from './table-reader.ts';

interface TableResource extends Resource {
  mimeType: string;
  read(table: TableReader): Promise<string>;
}

const schemaDocument = readSchemaDocument();

const TABLE_RESOURCES: readonly TableResource[] = [
  {
    uri: 'dynamodb://table',
    name: 'table',
    title: 'The table',
    description: 'Key schema, indexes and approximate counts.',
    mimeType: 'application/json',
    read: async (table) => JSON.stringify(await table.describe()),
  },
  {
    uri: 'dynamodb://table/sample',
    name: 'table-sample',
    title: 'Shapes of stored items',
    description: 'Attribute names and types of up to 100 items, by entity; no values.',
    mimeType: 'application/json',
    read: async (table) => {
      const [{ key_schema }, items] = await Promise.all([table.describe(), table.sample()]);
      const sortKey = key_schema.find(({ key_type }) => key_type === 'RANGE')?.attribute_name;
      return JSON.stringify({ sampled: items.length, entities: itemShapes(items, sortKey) });
    },
  },
  {
    uri: 'dynamodb://schema',
    name: 'schema',
    title: 'The table’s design',
    description: 'Keys, entities and access patterns of the single-table design.',
    mimeType: 'text/markdown',
    read: async () => schemaDocument,
  },
];

/** The resources as MCP lists them. */
export const RESOURCES: Resource[] = TABLE_RESOURCES.map(({ read, ...resource }) => resource);

/** What a resource holds now; throws a protocol error for an unknown one. */
export async function readResource(uri: string, table: TableReader): Promise<ReadResourceResult> {
  const resource = TABLE_RESOURCES.find((candidate) => candidate.uri === uri);
  if (!resource) throw new ResourceNotFoundError(uri);
  const text = await resource.read(table);
  return { contents: [{ uri, mimeType: resource.mimeType, text }] };
}
