import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { invalid, ServiceError, shorten } from '../../errors.ts';
import type { KeyAttribute, KeyType } from './table-schema.ts';

export const DISTANCES = ['COSINE', 'EUCLIDEAN', 'DOT_PRODUCT'] as const;

/** How an index measures how near two vectors are. */
export type Distance = (typeof DISTANCES)[number];

/** An index that finds the items whose vectors are nearest to a given one. */
export interface VectorIndex {
  name: string;
  /** The attribute that holds an item's vector: a list of so many numbers. */
  attribute: string;
  dimensions: number;
  distance: Distance;
  /** The attribute by which it is divided: each search is of one value. */
  partition: KeyAttribute | undefined;
  /** The attributes that a search can filter by. */
  filters: KeyAttribute[];
  status: string;
  /** Whether a search finds all that is stored. */
  isUsable: boolean;
}

/** The vector indexes in an answer of DescribeTable, by their names. */
export function readVectorIndexes(
  { VectorIndexes: described = [] }: TableDescription,
  types: ReadonlyMap<string | undefined, KeyType>,
): ReadonlyMap<string, VectorIndex> {
  const indexes = (described ?? []).map((index): VectorIndex => {
    const attributesOf = (role: string): KeyAttribute[] =>
      (index.SearchSchema ?? [])
        .filter(({ SearchSchemaElementType: type }) => type === role)
        .map(({ AttributeName: name = '' }) => ({ name, type: types.get(name) ?? 'S' }));
    const status = index.IndexStatus ?? 'ACTIVE';
    return {
      name: index.IndexName ?? '',
      attribute: index.VectorAttribute?.AttributeName ?? '',
      dimensions: index.Dimensions ?? 0,
      distance: index.DistanceFunction ?? 'COSINE',
      partition: attributesOf('HASH')[0],
      filters: attributesOf('INLINE_FILTER'),
      status,
      isUsable: status === 'ACTIVE' && !index.Backfilling,
    };
  });
  return new Map(indexes.map((index) => [index.name, index]));
}

/**
 * The vector index that a search names, or the only one; throws ValidationError where there is none
 * to choose, and StorageUnavailable for one that is being made.
 */
export function vectorIndexOf(
  name: string | undefined,
  indexes: ReadonlyMap<string, VectorIndex>,
): VectorIndex {
  const names = [...indexes.keys()].join(', ');
  if (indexes.size === 0) {
    throw new ServiceError(
      'ValidationError',
      'The table has no vector index, which a search by meaning requires; its operator can add one.',
    );
  }
  if (name === undefined && indexes.size > 1) {
    throw invalid('index_name', `is required: the table has the vector indexes ${names}`);
  }
  const index = name === undefined ? [...indexes.values()][0] : indexes.get(name);
  if (!index) {
    throw invalid(
      'index_name',
      `the table has no vector index "${shorten(name ?? '')}"; it has ${names}`,
    );
  }
  if (index.isUsable) return index;
  throw new ServiceError(
    'StorageUnavailable',
    `The vector index ${index.name} is being built and cannot be searched yet.`,
  );
}
