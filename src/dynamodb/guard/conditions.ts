import type { Expressions } from '../expressions/expressions.ts';
import type { NativeValue } from '../values/native-values.ts';
import type { Matcher } from './grant.ts';
import type { Rule } from './matching.ts';

/** DynamoDB takes so many values in one list. */
const LONGEST_LIST = 100;

/** Rules as a condition in DynamoDB's words: all of them; undefined where there is none. */
export function conditionOf(rules: readonly Rule[], expressions: Expressions): string | undefined {
  return join(
    rules.map(([attribute, matcher]) => written(matcher, expressions.name(attribute), expressions)),
    'AND',
  );
}

/** One of several conditions; undefined where one of them is always met. */
export function anyOf(conditions: readonly (string | undefined)[]): string | undefined {
  const known = conditions.filter((condition) => condition !== undefined);
  return known.length < conditions.length ? undefined : join(known, 'OR');
}

function join(conditions: readonly string[], operator: 'AND' | 'OR'): string | undefined {
  if (conditions.length < 2) return conditions[0];
  return conditions.map((condition) => `(${condition})`).join(` ${operator} `);
}

function written(matcher: Matcher, name: string, expressions: Expressions): string {
  switch (matcher.is) {
    case 'equal':
      return `${name} = ${expressions.value(matcher.value)}`;
    case 'prefix':
      return `begins_with(${name}, ${expressions.value(matcher.text)})`;
    case 'between':
      return `${name} BETWEEN ${expressions.value(matcher.low)} AND ${expressions.value(matcher.high)}`;
    case 'present':
      return `${matcher.present ? 'attribute_exists' : 'attribute_not_exists'}(${name})`;
    case 'any':
      return anyWritten(matcher.of, name, expressions);
  }
}

function anyWritten(of: readonly Matcher[], name: string, expressions: Expressions): string {
  const values = of.flatMap((each): NativeValue[] => (each.is === 'equal' ? [each.value] : []));
  const others = of.filter((each) => each.is !== 'equal');
  const lists: string[] = [];
  for (let at = 0; at < values.length; at += LONGEST_LIST) {
    const placeholders = values
      .slice(at, at + LONGEST_LIST)
      .map((value) => expressions.value(value));
    lists.push(`${name} IN (${placeholders.join(', ')})`);
  }
  const all = [...lists, ...others.map((each) => written(each, name, expressions))];
  // Nothing is one of none: no attribute is there and is not.
  return join(all, 'OR') ?? `attribute_exists(${name}) AND attribute_not_exists(${name})`;
}
