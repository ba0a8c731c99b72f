import { invalid } from '../../../errors.ts';
import type { ExactNumber } from '../../../json/decimal.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Placeholders } from '../../expressions/expressions.ts';
import { decodeKey, decodeKeyValue } from '../../tables/keys.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { type VectorIndex, vectorIndexOf } from '../../tables/vector-indexes.ts';
import { decodeNumber, type NativeItem, type NativeValue } from '../../values/native-values.ts';

/** What a search is about: an item, by its key; a vector; or what gives one for an index. */
export type SearchedVector =
  | { like: JsonObject }
  | { vector: readonly ExactNumber[] }
  | { embed: (index: VectorIndex) => Promise<number[]> };

export interface SearchVectorsRequest extends Placeholders {
  near: SearchedVector;
  /** Needed only where the table has several. */
  indexName?: string | undefined;
  /** The value of the attribute by which the index is divided. */
  partition?: unknown;
  /** Attribute → value it must have. */
  filter?: JsonObject | undefined;
  searchCondition?: string | undefined;
  topK: number;
  projectionExpression?: string | undefined;
  /** Whether to read what was found from the table, with all attributes. */
  wholeItems?: boolean | undefined;
}

/** An item, in JSON, and how near it is. */
export interface Neighbour {
  item: JsonObject;
  score: number;
}

/** What a search is about, checked: as {@link SearchedVector}, in native values. */
type Subject =
  | { like: NativeItem }
  | { vector: NativeValue[] }
  | { embed: (index: VectorIndex) => Promise<number[]> };

/** A search that fits the table. */
export interface Search {
  near: Subject;
  index: VectorIndex;
  schema: TableSchema;
  partition: NativeValue | undefined;
}

/** Checks a search against the table's schema; throws what is wrong with it. */
export function decodeSearch(request: SearchVectorsRequest, schema: TableSchema): Search {
  const { near, indexName } = request;
  const index = vectorIndexOf(indexName, schema.vectorIndexes);
  return {
    near: decodeSubject(near, index, schema),
    index,
    schema,
    partition: decodePartition(request, index),
  };
}

function decodeSubject(near: SearchedVector, index: VectorIndex, schema: TableSchema): Subject {
  if ('like' in near) return { like: decodeKey(near.like, schema.attributes, 'like.key') };
  return 'vector' in near ? { vector: decodeVector(near.vector, index) } : near;
}

function decodePartition(
  { near, partition, searchCondition }: SearchVectorsRequest,
  { name, partition: attribute }: VectorIndex,
): NativeValue | undefined {
  if (partition !== undefined) {
    if (attribute) return decodeKeyValue(partition, attribute, 'partition');
    throw invalid('partition', `must be left out: the vector index ${name} is not divided`);
  }
  if (attribute && !('like' in near) && searchCondition === undefined) {
    throw invalid(
      'partition',
      `is required, because the vector index ${name} is divided by "${attribute.name}"`,
    );
  }
  return undefined;
}

function decodeVector(vector: readonly ExactNumber[], index: VectorIndex): NativeValue[] {
  const { name, dimensions } = index;
  if (vector.length !== dimensions) {
    throw invalid(
      'vector',
      `must have ${dimensions} numbers, as the vector index ${name} requires; it has ${vector.length}`,
    );
  }
  return vector.map((number, at) => decodeNumber(number, `vector[${at}]`));
}
