import { SearchVectorsCommand, type SearchVectorsCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { READ } from '../../calls/operation.ts';
import { conjunction, Expressions } from '../../expressions/expressions.ts';
import type { Projection } from '../../expressions/projections.ts';
import { guardedProjection } from '../../guard/guarded-projection.ts';
import type { ReadGuard } from '../../guard/read-guard.ts';
import { equalities, type VectorGuard, vectorGuard } from '../../guard/vector-guard.ts';
import { keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { VectorIndex } from '../../tables/vector-indexes.ts';
import { encodeName } from '../../values/attribute-names.ts';
import { decodeNumber, type NativeValue } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import { keyIdentity } from '../batches.ts';
import { presentKey, ResultRoom } from '../result-size.ts';
import { searchCondition } from './search-condition.ts';
import {
  decodeSearch,
  type Neighbour,
  type Search,
  type SearchVectorsRequest,
} from './search-plan.ts';
import { vectorOfItem } from './stored-vector.ts';
import { readWhole } from './whole-items.ts';

/** DynamoDB finds so many at most. */
const MOST_NEAREST = 100;

export interface SearchVectorsResult {
  /** The nearest first. */
  results: Neighbour[];
  index: string;
  nearer: 'lower' | 'higher';
  /** Bytes of the index that were searched, by which a search is charged. */
  searchedBytes?: number;
  /** With whole items: keys of those that were found, and that the table does not have any more. */
  deletedKeys: JsonObject[];
  /** With whole items: keys of those that were not read in time. */
  unprocessedKeys: JsonObject[];
}

/** The items whose vectors are nearest to that of an item, of a text, or to a given one. */
export async function searchVectors(
  table: Table,
  request: SearchVectorsRequest,
  maxEntries: number,
  call: Call,
): Promise<SearchVectorsResult> {
  const { search, guard } = await table.check(call, (schema) => ({
    guard: vectorGuard(call, table.name, request, schema),
    search: decodeSearch(request, schema),
  }));
  const { index, schema } = search;
  const { vector, partition } = await queryOf(table, search, guard, call);
  const expressions = expressionsOf(request);
  const seen = guard?.ofSearch(partition, request, expressions);
  seen?.noteReach();
  const condition = searchCondition(request, partition, index, expressions);
  const names = [...schema.names];
  const projection = guardedProjection(names, request.projectionExpression, expressions, seen);
  const output = await table.send(
    new SearchVectorsCommand({
      TableName: table.name,
      IndexName: index.name,
      SearchVector: vector,
      // The item itself is its own nearest neighbour.
      TopK: seen?.checksItems ? MOST_NEAREST : request.topK + ('like' in search.near ? 1 : 0),
      SearchConditionExpression: conjunction([
        ...(condition === undefined ? [] : [condition]),
        ...equalities(seen, index, expressions),
      ]),
      ProjectionExpression: projection.expression,
      ...expressions.parameters(),
      ReturnConsumedCapacity: 'TOTAL',
    }),
    call,
    READ,
  );
  const found = neighboursIn(output, search, request.topK, seen);
  const read = request.wholeItems
    ? await readWhole(table, found, schema, maxEntries, call)
    : { found, deletedKeys: [], unprocessedKeys: [] };
  const results = present(read.found, projection, schema, call);
  call.trail.count = results.length;
  call.trail.message = `Search of the index ${index.name} returned ${results.length} items`;
  return {
    results,
    index: index.name,
    nearer: nearer(index),
    // What a search costs tells of items that the caller may not see.
    ...(!seen?.isLimited && {
      searchedBytes: output.ConsumedCapacity?.VectorSearchRequestBytes ?? 0,
    }),
    deletedKeys: read.deletedKeys.map((key) => presentKey(key, call)),
    unprocessedKeys: read.unprocessedKeys.map((key) => presentKey(key, call)),
  };
}

function expressionsOf(request: SearchVectorsRequest): Expressions {
  return new Expressions(request, request.searchCondition, request.projectionExpression);
}

/** What is searched for, and in which part of the index; undefined where it is not divided. */
interface Query {
  vector: NativeValue[];
  partition: NativeValue | undefined;
}

async function queryOf(
  table: Table,
  { index, near, partition }: Search,
  guard: VectorGuard | undefined,
  call: Call,
): Promise<Query> {
  if ('like' in near) {
    const needsPartition = partition === undefined;
    const shown = guard?.items.narrow(near.like, 'like.key');
    const own = await vectorOfItem(table, near.like, index, needsPartition, shown, call);
    return { vector: own.vector, partition: partition ?? own.partition };
  }
  if ('vector' in near) return { vector: near.vector, partition };
  const embedded = await near.embed(index);
  return { vector: embedded.map((number) => decodeNumber(number, 'text')), partition };
}

/** DynamoDB's distances grow, and its dot product shrinks, from the nearest on. */
function nearer({ distance }: VectorIndex): 'lower' | 'higher' {
  return distance === 'DOT_PRODUCT' ? 'higher' : 'lower';
}

/** What was found, the nearest first, without the item that was asked about. */
function neighboursIn(
  { SearchResults: found = [] }: SearchVectorsCommandOutput,
  { index, schema, near }: Search,
  topK: number,
  guard: ReadGuard | undefined,
): Neighbour[] {
  const itself = 'like' in near ? keyIdentity(near.like, schema) : undefined;
  const sign = nearer(index) === 'lower' ? 1 : -1;
  return found
    .map(({ Item: item = {}, Score: score }) => ({
      item,
      score: Number(JSON.isRawJSON(score) ? score.rawJSON : score),
    }))
    .filter(({ item }) => keyIdentity(item, schema) !== itself)
    .sort((one, other) => sign * (one.score - other.score))
    .flatMap(({ item: stored, score }) => {
      const item = guard ? guard.see(stored) : stored;
      return item ? [{ item, score }] : [];
    })
    .slice(0, topK)
    .map(({ item, score }) => ({ item: encodeItem(item), score }));
}

/** The results as the caller gets them, as many as there is room for. */
function present(
  found: readonly Neighbour[],
  projection: Projection,
  { names, vectorIndexes }: TableSchema,
  call: Call,
): Neighbour[] {
  const vectors = [...vectorIndexes.values()].map(({ attribute }) => attribute);
  const room = new ResultRoom(call);
  return found.flatMap(({ item, score }) => {
    const key = keyMembers(item, names);
    for (const name of vectors) if (!projection.named?.has(name)) delete item[encodeName(name)];
    projection.strip(item);
    const shown = room.fit(item, key, projection.named);
    return shown ? [{ item: shown, score }] : [];
  });
}
