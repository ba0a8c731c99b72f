import type { Call } from '../calls/call.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { type Comparison, readCondition } from '../expressions/read-condition.ts';
import { readable } from '../expressions/unread.ts';
import type { QueryRequest } from '../operations/reads/query.ts';
import { decodeKey } from '../tables/keys.ts';
import {
  heldBy,
  type IndexSchema,
  type KeyAttribute,
  type KeySchema,
  type TableSchema,
} from '../tables/table-schema.ts';
import type { NativeItem } from '../values/native-values.ts';
import { type Place, refuse } from './access.ts';
import type { Matcher } from './grant.ts';
import { ReadGuard, readGuard } from './read-guard.ts';

const KEY_CONDITION = 'key_condition';

/** What a call may see of the items of the table or of an index that it may read. */
export function sourceGuard(
  call: Call,
  tool: string,
  place: Place,
  schema: TableSchema,
): ReadGuard | undefined {
  const guard = readGuard(call, tool, place, schema);
  if (!guard || place.index === undefined) return guard;
  const index = schema.indexes.get(place.index);
  if (!index) {
    guard.refuseUnknownIndex();
    return guard;
  }
  guard.refuseHiddenIndex([...index.names]);
  return withProjected(guard, index, schema);
}

/** An index shows what it holds: a rule about anything else could not be checked. */
function withProjected(guard: ReadGuard, index: IndexSchema, schema: TableSchema): ReadGuard {
  if (index.projection === 'ALL') return guard;
  const held = heldBy(index, schema);
  const alternatives = guard.alternatives.filter(({ rules }) =>
    rules.every(([attribute]) => held.has(attribute)),
  );
  if (alternatives.length === 0) {
    refuse(guard.access, 'index_name', 'does not project the attributes that limit your role');
    return guard;
  }
  return new ReadGuard(guard.access, guard.table, guard.keys, alternatives);
}

/** A query's guard, and what it adds to the key condition. */
interface PartitionGuard {
  guard: ReadGuard | undefined;
  sortPrefix: string | undefined;
}

/**
 * What may be seen of a partition: decided by its key before anything is read. Where all grants want
 * the same beginning of the sort key, and the caller wants none, it becomes a part of the condition.
 */
export function partitionGuard(
  guard: ReadGuard | undefined,
  request: QueryRequest,
  key: KeySchema,
  expressions: Expressions,
): PartitionGuard {
  if (!guard) return { guard, sortPrefix: undefined };
  const { partition, hasSort } = askedKey(request, key, expressions);
  const narrowed = guard.narrow(partition, request.key === undefined ? KEY_CONDITION : 'key');
  const [sort] = key.sort;
  const text = !hasSort && sort && !narrowed.isOpen ? commonPrefix(narrowed, sort) : undefined;
  if (sort === undefined || text === undefined) return { guard: narrowed, sortPrefix: undefined };
  return {
    guard: withoutRule(narrowed, sort.name),
    sortPrefix: `begins_with(${expressions.name(sort.name)}, ${expressions.value(text)})`,
  };
}

/** The partition that is asked for, and whether the sort key is compared. */
function askedKey(request: QueryRequest, key: KeySchema, expressions: Expressions) {
  const { key: given, sortKey, keyCondition = '' } = request;
  if (given !== undefined) {
    return { partition: decodeKey(given, key.partition, 'key'), hasSort: sortKey !== undefined };
  }
  const { conjuncts = [] } = readable(KEY_CONDITION, () =>
    readCondition(keyCondition, (placeholder) => expressions.named(placeholder)),
  );
  const partition: NativeItem = {};
  for (const { name } of key.partition) {
    const values = conjuncts
      .map((comparison) => equalTo(comparison, name, expressions))
      .filter((each) => each !== undefined);
    // Of two nobody says which one an engine takes.
    if (values.length === 1 && values[0] !== undefined) partition[name] = values[0];
  }
  return { partition, hasSort: conjuncts.length > key.partition.length };
}

/** The value that a comparison wants an attribute to be equal to. */
function equalTo({ operator, operands }: Comparison, name: string, expressions: Expressions) {
  if (operator !== '=') return undefined;
  const named = operands.some(
    (operand) =>
      operand.is === 'path' && operand.path.steps.length === 1 && operand.path.steps[0] === name,
  );
  const value = operands.find((operand) => operand.is === 'value');
  return named && value ? expressions.valued(value.placeholder) : undefined;
}

/** What the sort key has to begin with by all grants alike. */
function commonPrefix(
  { alternatives }: ReadGuard,
  { name, type }: KeyAttribute,
): string | undefined {
  const prefixes = alternatives.map(({ rules }) =>
    prefixOf(rules.find(([attribute]) => attribute === name)?.[1]),
  );
  const [first] = prefixes;
  const isCommon = type === 'S' && first !== undefined && prefixes.every((each) => each === first);
  return isCommon ? first : undefined;
}

function prefixOf(matcher: Matcher | undefined): string | undefined {
  return matcher?.is === 'prefix' && matcher.text !== '' ? matcher.text : undefined;
}

function withoutRule(guard: ReadGuard, name: string): ReadGuard {
  const alternatives = guard.alternatives.map(({ grant, rules }) => ({
    grant,
    rules: rules.filter(([attribute]) => attribute !== name),
  }));
  return new ReadGuard(guard.access, guard.table, guard.keys, alternatives);
}
