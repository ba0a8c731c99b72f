import type { Call } from '../calls/call.ts';
import type { Expressions } from '../expressions/expressions.ts';
import type { SearchVectorsRequest } from '../operations/vectors/search-plan.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import type { VectorIndex } from '../tables/vector-indexes.ts';
import type { NativeValue } from '../values/native-values.ts';
import { refuseIndex } from './access.ts';
import type { Rule } from './matching.ts';
import { namesInExpression, namesOf } from './names.ts';
import { ReadGuard, readGuard } from './read-guard.ts';

const CONDITION = 'search_condition';

/** What a search may see: of the items that it is about, and of those that it finds. */
export interface VectorGuard {
  readonly items: ReadGuard;
  /** What may be seen in the part of the index that is searched; throws Forbidden. */
  ofSearch(
    partition: NativeValue | undefined,
    request: SearchVectorsRequest,
    expressions: Expressions,
  ): ReadGuard;
}

/** The guard of a search of an index, or of the only one; undefined where no policy says. */
export function vectorGuard(
  call: Call,
  table: string,
  { indexName }: SearchVectorsRequest,
  schema: TableSchema,
): VectorGuard | undefined {
  const [only, ...more] = schema.vectorIndexes.keys();
  const index = indexName ?? (more.length === 0 ? only : undefined);
  const guard = readGuard(call, 'search_vectors', { table, index }, schema);
  const searched = index === undefined ? undefined : schema.vectorIndexes.get(index);
  if (!guard) return undefined;
  if (searched) guard.refuseHiddenIndex(searchAttributes(searched));
  // What there is to choose from would be told.
  else if (guard.alternatives.some(({ grant }) => grant.indexes !== '*')) refuseIndex(guard.access);
  else guard.refuseUnknownIndex();
  const items = new ReadGuard(
    guard.access,
    guard.table,
    guard.keys,
    // What an index does not hold looks absent: a rule that something is absent could not be checked.
    guard.alternatives.filter(({ rules }) => !rules.some(wantsAbsence)),
  );
  return {
    items,
    ofSearch: (partition, request, expressions) => {
      items.refuseUnreadable(namesIn(request, expressions), 'filter');
      const known = searched?.partition && partition !== undefined;
      return known
        ? items.narrow({ [searched.partition?.name ?? '']: partition }, 'partition')
        : items;
    },
  };
}

function searchAttributes({ attribute, partition, filters }: VectorIndex): string[] {
  return [attribute, ...(partition ? [partition.name] : []), ...filters.map(({ name }) => name)];
}

function wantsAbsence([, matcher]: Rule): boolean {
  return matcher.is === 'present' && !matcher.present;
}

function namesIn({ filter, searchCondition }: SearchVectorsRequest, expressions: Expressions) {
  return [
    ...namesOf(filter, 'filter'),
    ...namesInExpression(searchCondition, CONDITION, expressions),
  ];
}

/** What the index itself can check of a guard: the equalities of the only grant in play. */
export function equalities(
  guard: ReadGuard | undefined,
  { filters }: VectorIndex,
  expressions: Expressions,
): string[] {
  const [alternative, ...more] = guard?.isOpen ? [] : (guard?.alternatives ?? []);
  if (!alternative || more.length > 0) return [];
  return alternative.rules.flatMap(([name, matcher]) =>
    matcher.is === 'equal' && filters.some((filter) => filter.name === name)
      ? [`${expressions.name(name)} = ${expressions.value(matcher.value)}`]
      : [],
  );
}
