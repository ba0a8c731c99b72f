import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
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

/** What a template names in place of a table. */
export const TABLE_VARIABLE = 'table';

const OF_ONE_TABLE = /^dynamodb:\/\/tables\/([\w.-]+)(\/sample)?$/;

/** The resources of each of several tables, as MCP lists them. */
export const TEMPLATES: ResourceTemplateType[] = [
  {
    uriTemplate: `dynamodb://tables/{${TABLE_VARIABLE}}`,
    name: 'tables',
    title: 'A table',
    description: 'Key schema, indexes and approximate counts.',
    mimeType: 'application/json',
  },
  {
    uriTemplate: `dynamodb://tables/{${TABLE_VARIABLE}}/sample`,
    name: 'tables-sample',
    title: 'Shapes of stored items of a table',
    description: 'Attribute names and types of sampled items, by entity; no values.',
    mimeType: 'application/json',
  },
];

/** What a resource holds now; throws a protocol error for an unknown one. */
export async function readResource(uri: string, table: TableReader): Promise<ReadResourceResult> {
  const [, name, sample = ''] = OF_ONE_TABLE.exec(uri) ?? [];
  const known = name === undefined ? uri : `dynamodb://table${sample}`;
  const resource = TABLE_RESOURCES.find((candidate) => candidate.uri === known);
  if (!resource) throw new ResourceNotFoundError(uri);
  const text = await resource.read((input) => table({ ...input, ...(name && { table: name }) }));
  return { contents: [{ uri, mimeType: resource.mimeType, text }] };
}
