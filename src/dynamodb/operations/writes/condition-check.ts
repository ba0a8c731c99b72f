import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import {
  buildConditions,
  type Conditions,
  conditionParameters,
  hasConditions,
} from '../../expressions/conditions.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { decodeKey } from '../../tables/keys.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { conditionFailed } from './failed-conditions.ts';
import type { Write } from './write.ts';

/** What must hold of an item for a transaction to happen. */
export interface ConditionCheckRequest extends Conditions {
  key: JsonObject;
}

/** Checks a condition check, which writes nothing; throws ValidationError. */
export function planCheck(request: ConditionCheckRequest, tableName: string, schema: TableSchema) {
  if (!hasConditions(request)) throw invalid('', 'must have expected or condition_expression');
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, request.conditionExpression);
  const { ConditionExpression = '', ...condition } = conditionParameters(
    buildConditions(request, expressions),
    expressions,
  );
  return {
    schema,
    key,
    operation: {
      ConditionCheck: { TableName: tableName, Key: key, ConditionExpression, ...condition },
    },
    explain: conditionFailed,
  } satisfies Write;
}
