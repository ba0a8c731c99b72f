import type { JsonObject } from '../../json/parse.ts';
import type { Conditions } from '../expressions/conditions.ts';
import type { Expressions } from '../expressions/expressions.ts';
import type { Filters } from '../expressions/filters.ts';
import { readCondition } from '../expressions/read-condition.ts';
import { readable } from '../expressions/unread.ts';
import { decodeName } from '../values/attribute-names.ts';

/** The attributes that a filter looks at; throws ValidationError for one that cannot be read. */
export function namesInFilter(
  { filter, filterExpression }: Filters,
  expressions: Expressions,
): string[] {
  return [
    ...namesOf(filter, 'filter'),
    ...namesInExpression(filterExpression, 'filter_expression', expressions),
  ];
}

/** The attributes that conditions look at; throws ValidationError for one that cannot be read. */
export function namesInConditions(
  { expected, conditionExpression }: Conditions,
  expressions: Expressions,
): string[] {
  return [
    ...namesOf(expected, 'expected'),
    ...namesInExpression(conditionExpression, 'condition_expression', expressions),
  ];
}

/** The attributes that an expression of conditions names. */
export function namesInExpression(
  expression: string | undefined,
  path: string,
  expressions: Expressions,
): string[] {
  if (expression === undefined) return [];
  const { paths } = readable(path, () =>
    readCondition(expression, (placeholder) => expressions.named(placeholder)),
  );
  return paths.map(({ steps: [attribute] }) => attribute);
}

/** The attributes that are the members of a map. */
export function namesOf(members: JsonObject | undefined, path: string): string[] {
  return Object.keys(members ?? {}).map((name) => decodeName(name, `${path}.${name}`));
}
