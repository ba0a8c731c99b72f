import { conjunction, Expressions } from '../expressions/expressions.ts';
import { anyOf, conditionOf } from './conditions.ts';
import type { ReadGuard } from './read-guard.ts';

/** DynamoDB takes so much in one expression. */
const MOST_BYTES = 4_096;
const MOST_OPERATORS = 300;
/** By how much a placeholder may be longer than in a trial. */
const MARGIN = 4;
const OPERATOR = /<>|<=|>=|[=<>]|\b(?:AND|OR|NOT|BETWEEN|IN)\b|\w+\s*\(/gi;
const PLACEHOLDER = /[#:]\w+/g;

/**
 * A filter with as much of a guard as DynamoDB can check: key attributes cannot stand in a filter, so
 * the guard looks at every item once more. Where both are too long together, the guard goes without.
 */
export function guardedFilter(
  filter: string | undefined,
  guard: ReadGuard | undefined,
  keyNames: ReadonlySet<string>,
  expressions: Expressions,
): string | undefined {
  if (!guard?.checksItems) return filter;
  const write = (into: Expressions) => writeGuard(guard, keyNames, into);
  const trial = write(new Expressions({}));
  if (trial === undefined || !fitTogether(filter ?? '', trial)) return filter;
  return conjunction([write(expressions) ?? '', ...(filter === undefined ? [] : [filter])]);
}

function writeGuard(guard: ReadGuard, keyNames: ReadonlySet<string>, expressions: Expressions) {
  const filterable = guard.alternatives.map(({ rules }) =>
    rules.filter(([attribute]) => !keyNames.has(attribute)),
  );
  if (filterable.some((rules) => rules.length === 0)) return undefined;
  return anyOf(filterable.map((rules) => conditionOf(rules, expressions)));
}

/** Whether DynamoDB takes two conditions in one expression. */
function fitTogether(one: string, other: string): boolean {
  const count = (pattern: RegExp) =>
    (one.match(pattern) ?? []).length + (other.match(pattern) ?? []).length;
  const bytes = Buffer.byteLength(one) + Buffer.byteLength(other) + MARGIN * count(PLACEHOLDER);
  return bytes < MOST_BYTES && count(OPERATOR) < MOST_OPERATORS;
}
