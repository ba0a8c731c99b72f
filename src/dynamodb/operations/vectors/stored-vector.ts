import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { invalid, ServiceError } from '../../../errors.ts';
import { type ExactNumber, isExactNumber } from '../../../json/decimal.ts';
import type { Call } from '../../calls/call.ts';
import { READ } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import type { ReadGuard } from '../../guard/read-guard.ts';
import type { Table } from '../../tables/table.ts';
import type { VectorIndex } from '../../tables/vector-indexes.ts';
import { decodeNumber, type NativeItem, type NativeValue } from '../../values/native-values.ts';

/** What an item is found by. */
interface StoredVector {
  vector: NativeValue[];
  /** The part of the index that it is in; undefined where the index is not divided. */
  partition: NativeValue | undefined;
}

/**
 * The vector of an item as it is now; throws ItemNotFound, and ValidationError for an item that is
 * not in the index.
 */
export async function vectorOfItem(
  table: Table,
  key: NativeItem,
  index: VectorIndex,
  needsPartition: boolean,
  guard: ReadGuard | undefined,
  call: Call,
): Promise<StoredVector> {
  guard?.noteReach();
  const { attribute, partition } = index;
  const expressions = new Expressions({});
  const names = new Set([
    attribute,
    ...(partition ? [partition.name] : []),
    ...(guard?.needs ?? []),
  ]);
  const { Item: found } = await table.send(
    new GetCommand({
      TableName: table.name,
      Key: key,
      ConsistentRead: true,
      ProjectionExpression: [...names].map((name) => expressions.name(name)).join(),
      ...expressions.parameters(),
      ReturnConsumedCapacity: 'TOTAL',
    }),
    call,
    READ,
  );
  const item = found && guard ? guard.see(found) : found;
  if (!item) throw new ServiceError('ItemNotFound', 'like.key: no item has this key.');
  const vector: unknown = item[attribute];
  if (!isVectorFor(index, vector)) {
    throw invalid(
      'like.key',
      `the item has no vector of the index ${index.name}, a list of ${index.dimensions} numbers in "${attribute}"`,
    );
  }
  const own: unknown = partition && item[partition.name];
  if (partition && needsPartition && own === undefined) {
    throw invalid(
      'like.key',
      `the item has no "${partition.name}", by which the index ${index.name} is divided; say where to search in partition`,
    );
  }
  return {
    vector: vector.map((number) => decodeNumber(number, 'like.key')),
    // DynamoDB has checked its type when it was written.
    partition: isExactNumber(own)
      ? decodeNumber(own, 'like.key')
      : (own as NativeValue | undefined),
  };
}

function isVectorFor({ dimensions }: VectorIndex, value: unknown): value is ExactNumber[] {
  return Array.isArray(value) && value.length === dimensions && value.every(isExactNumber);
}
