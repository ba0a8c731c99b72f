import { invalid, shorten } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import { callersCondition, conjunction, type Expressions } from '../../expressions/expressions.ts';
import { decodeKeyValue } from '../../tables/keys.ts';
import type { VectorIndex } from '../../tables/vector-indexes.ts';
import { decodeName } from '../../values/attribute-names.ts';
import type { NativeValue } from '../../values/native-values.ts';

/** What must hold of all that is found, in plain values and as an expression. */
interface Conditions {
  filter?: JsonObject | undefined;
  searchCondition?: string | undefined;
}

/** The condition of a search: its partition, filter and expression, combined by AND. */
export function searchCondition(
  { filter = {}, searchCondition: expression }: Conditions,
  partition: NativeValue | undefined,
  index: VectorIndex,
  expressions: Expressions,
): string | undefined {
  const conditions: string[] = [];
  if (index.partition && partition !== undefined) {
    conditions.push(`${expressions.name(index.partition.name)} = ${expressions.value(partition)}`);
  }
  for (const [member, value] of Object.entries(filter)) {
    const path = `filter.${member}`;
    const attribute = filterAttribute(decodeName(member, path), path, index);
    const decoded = decodeKeyValue(value, attribute, path);
    conditions.push(`${expressions.name(attribute.name)} = ${expressions.value(decoded)}`);
  }
  return conjunction([...conditions, ...callersCondition(expression, 'search_condition')]);
}

function filterAttribute(
  name: string,
  path: string,
  { name: index, filters, partition }: VectorIndex,
) {
  const attribute = filters.find((known) => known.name === name);
  if (attribute) return attribute;
  if (name === partition?.name) throw invalid(path, 'is what partition is for');
  const can =
    filters.length > 0
      ? `it can by ${filters.map((known) => known.name).join(', ')}`
      : 'it has no attributes to filter by';
  throw invalid(path, `the vector index ${index} cannot filter by "${shorten(name)}"; ${can}`);
}
