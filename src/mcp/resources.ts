import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { schemaDocument } from './schema-document.ts';
import type { TableReader } from './table-reader.ts';
import { visibleJson } from './untrusted.ts';

interface TableResource extends Resource {
  mimeType: string;
  read(table: TableReader): Promise<string>;
}

const TABLE_RESOURCES: readonly TableResource[] = [
  {
    uri: 'dynamodb://table',
    name: 'table',
    title: 'The table',
    description: 'Key schema, indexes and approximate counts.',
    mimeType: 'application/json',
    read: async (table) => visibleJson(await table()),
  },
  {
    uri: 'dynamodb://table/sample',
    name: 'table-sample',
    title: 'Shapes of stored items',
    description: 'Attribute names and types of sampled items, by entity; no values.',
    mimeType: 'application/json',
    read: async (table) => {
      const { sampled, entities } = await table({ entities: true });
      return visibleJson({ sampled, entities });
    },
  },
  {
    uri: 'dynamodb://schema',
    name: 'schema',
    title: 'The table’s design',
    description: 'Keys, and what is known of entities and access patterns.',
    mimeType: 'text/markdown',
    read: async (table) => schemaDocument(await table()),
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
