import type { z } from 'zod';
import type { Conditions } from '../dynamodb/expressions/conditions.ts';
import type { conditions } from './schemas.ts';

/** The part of an input that puts, updates and deletes have in common. */
type ConditionsInput = z.output<z.ZodObject<typeof conditions>>;

/** What the gateway wants to know of conditions. */
export function conditionsRequest(input: ConditionsInput): Conditions {
  return {
    expected: input.expected,
    conditionExpression: input.condition_expression,
    expressionNames: input.expression_names,
    expressionValues: input.expression_values,
  };
}
