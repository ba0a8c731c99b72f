import { invalid } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import { decodeKey, decodeKeyValue } from '../tables/keys.ts';
import type { KeyAttribute, KeySchema } from '../tables/table-schema.ts';
import { COMPARISONS } from './comparisons.ts';
import type { Expressions } from './expressions.ts';

/** One comparison of the sort key. */
export type SortKeyCondition = Partial<Record<keyof typeof COMPARISONS, unknown>>;

/** A key condition from plain values: the whole partition key, and at most one comparison. */
export function buildKeyCondition(
  key: JsonObject,
  sortKey: SortKeyCondition | undefined,
  schema: KeySchema,
  expressions: Expressions,
): string {
  const demand = (names: string) =>
    `must have exactly the partition key ${names}; sort_key is for the rest`;
  const decoded = decodeKey(key, schema.partition, 'key', demand);
  const conditions = Object.entries(decoded).map(
    ([name, value]) => `${expressions.name(name)} = ${expressions.value(value)}`,
  );
  if (sortKey) conditions.push(compareSortKey(sortKey, schema.sort[0], expressions));
  return conditions.join(' AND ');
}

function compareSortKey(
  sortKey: SortKeyCondition,
  attribute: KeyAttribute | undefined,
  expressions: Expressions,
): string {
  if (!attribute) throw invalid('sort_key', 'this key has no sort key');
  const [[operator, operand] = ['eq', undefined]] = Object.entries(sortKey);
  const path = `sort_key.${operator}`;
  const values = operator === 'between' ? (operand as unknown[]) : [operand];
  if (operator === 'begins_with' && attribute.type === 'N') {
    throw invalid(path, `"${attribute.name}" is a number, which has no beginning`);
  }
  const placeholders = values.map((value) =>
    expressions.value(decodeKeyValue(value, attribute, path)),
  );
  return COMPARISONS[operator as keyof typeof COMPARISONS](
    expressions.name(attribute.name),
    placeholders,
  );
}
