import type { KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb';
import { invalid, shorten } from '../../errors.ts';
import { readVectorIndexes, type VectorIndex } from './vector-indexes.ts';

export type KeyType = 'S' | 'N' | 'B';

/** One attribute of a key. */
export interface KeyAttribute {
  name: string;
  type: KeyType;
}

/** A key: the partition key and, in most tables, a sort key. Indexes may have several of each. */
export interface KeySchema {
  partition: KeyAttribute[];
  sort: KeyAttribute[];
  /** All of them, in this order. */
  attributes: KeyAttribute[];
  /** Their names. */
  names: ReadonlySet<string>;
}

export interface IndexSchema extends KeySchema {
  name: string;
  type: 'global' | 'local';
  projection: string;
  /** What it projects besides keys, where it does not project all. */
  nonKeyAttributes: string[] | undefined;
  status: string;
}

/** What has to be known of a table to check requests against it. */
export interface TableSchema extends KeySchema {
  indexes: ReadonlyMap<string, IndexSchema>;
  vectorIndexes: ReadonlyMap<string, VectorIndex>;
}

/** What is read page by page: the table, or one of its indexes. */
export interface Source {
  key: KeySchema;
  /** The attributes of a page key: the table's key and, on an index, the index's key too. */
  pageKey: KeyAttribute[];
  /** All that it has of an item; undefined for whole items. */
  held?: ReadonlySet<string>;
}

/** The source a request names; throws ValidationError for an index that the table does not have. */
export function sourceOf(indexName: string | undefined, table: TableSchema): Source {
  if (indexName === undefined) return { key: table, pageKey: table.attributes };
  const index = table.indexes.get(indexName);
  if (!index) {
    const names = [...table.indexes.keys()];
    const has = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
    throw invalid('index_name', `the table has no index "${shorten(indexName)}"; ${has}`);
  }
  const all = [...table.attributes, ...index.attributes];
  const isFirst = ({ name }: KeyAttribute, at: number) =>
    all.findIndex((other) => other.name === name) === at;
  const source = { key: index, pageKey: all.filter(isFirst) };
  return index.projection === 'ALL' ? source : { ...source, held: heldBy(index, table) };
}

/** The attributes that an index has of an item, where it does not project all. */
export function heldBy(index: IndexSchema, table: KeySchema): ReadonlySet<string> {
  return new Set([...table.names, ...index.names, ...(index.nonKeyAttributes ?? [])]);
}

/** The schema in an answer of DescribeTable. */
export function readTableSchema(description: TableDescription): TableSchema {
  const types = new Map(
    description.AttributeDefinitions?.map((definition) => [
      definition.AttributeName,
      definition.AttributeType as KeyType,
    ]),
  );
  const attributesOf = (elements: KeySchemaElement[] = [], role: string): KeyAttribute[] =>
    elements
      .filter(({ KeyType }) => KeyType === role)
      .map(({ AttributeName: name = '' }) => ({ name, type: types.get(name) ?? 'S' }));
  const schema = (elements?: KeySchemaElement[]): KeySchema => {
    const partition = attributesOf(elements, 'HASH');
    const sort = attributesOf(elements, 'RANGE');
    const attributes = [...partition, ...sort];
    return { partition, sort, attributes, names: new Set(attributes.map(({ name }) => name)) };
  };
  const indexes = [
    ...(description.GlobalSecondaryIndexes ?? []).map(
      (index) => ({ index, type: 'global' }) as const,
    ),
    ...(description.LocalSecondaryIndexes ?? []).map(
      (index) => ({ index, type: 'local' }) as const,
    ),
  ].map(({ index, type }): [string, IndexSchema] => {
    const name = index.IndexName ?? '';
    const projection = index.Projection?.ProjectionType ?? 'ALL';
    const nonKeyAttributes = index.Projection?.NonKeyAttributes;
    // A local index lives and dies with its table.
    const status = ('IndexStatus' in index && index.IndexStatus) || 'ACTIVE';
    return [name, { name, type, status, projection, nonKeyAttributes, ...schema(index.KeySchema) }];
  });
  return {
    ...schema(description.KeySchema),
    indexes: new Map(indexes),
    vectorIndexes: readVectorIndexes(description, types),
  };
}
