import type { JsonObject } from '../../json/parse.ts';
import { decodeName } from '../values/attribute-names.ts';
import { decodeValue } from '../values/values.ts';
import {
  callersCondition,
  conjunction,
  type Expressions,
  type Placeholders,
} from './expressions.ts';

/** What must hold of the stored item for a write to happen; all parts are combined by AND. */
export interface Conditions extends Placeholders {
  /** Attribute → value it must have; null for an attribute that must be absent. */
  expected?: JsonObject | undefined;
  conditionExpression?: string | undefined;
}

export function hasConditions({ expected, conditionExpression }: Conditions): boolean {
  return conditionExpression !== undefined || Object.keys(expected ?? {}).length > 0;
}

/** The parameters of a write that carry its joined condition; a failure is to show the item. */
export function conditionParameters(conditions: string[], expressions: Expressions) {
  const condition = conjunction(conditions);
  return {
    ConditionExpression: condition,
    ...expressions.parameters(),
    ReturnValuesOnConditionCheckFailure: condition === undefined ? undefined : ('ALL_OLD' as const),
  };
}

/** The caller's conditions as expressions. */
export function buildConditions(conditions: Conditions, expressions: Expressions): string[] {
  const built = Object.entries(conditions.expected ?? {}).map(([member, value]) => {
    const path = `expected.${member}`;
    const name = expressions.name(decodeName(member, path));
    if (value === null) return `attribute_not_exists(${name})`;
    return `${name} = ${expressions.value(decodeValue(value, path))}`;
  });
  return [...built, ...callersCondition(conditions.conditionExpression, 'condition_expression')];
}
