import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import {
  buildConditions,
  type Conditions,
  conditionParameters,
  hasConditions,
} from '../../expressions/conditions.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { coverConditions } from '../../guard/guarded-write.ts';
import { namesInConditions } from '../../guard/names.ts';
import { writeGuard } from '../../guard/write-guard.ts';
import { decodeKey } from '../../tables/keys.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import { conditionFailed } from './failed-conditions.ts';
import type { Write } from './write.ts';

/** What must hold of an item for a transaction to happen. */
export interface ConditionCheckRequest extends Conditions {
  key: JsonObject;
}

/** Checks a condition check, which writes nothing; throws ValidationError. */
export function planCheck(
  request: ConditionCheckRequest,
  tableName: string,
  schema: TableSchema,
  call: Call,
) {
  const guard = writeGuard(call, 'get_item', tableName, schema);
  if (!hasConditions(request)) throw invalid('', 'must have expected or condition_expression');
  const key = decodeKey(request.key, schema.attributes, 'key');
  const expressions = new Expressions(request, request.conditionExpression);
  // It writes nothing, and looks at what a delete would have to look at.
  const guarded = guard?.delete(key, namesInConditions(request, expressions), 'key');
  const partitionKey = schema.partition[0]?.name ?? '';
  const { ConditionExpression = '', ...condition } = conditionParameters(
    [
      ...coverConditions(guarded, partitionKey, expressions),
      ...buildConditions(request, expressions),
    ],
    expressions,
  );
  return {
    schema,
    key,
    guarded,
    operation: {
      ConditionCheck: { TableName: tableName, Key: key, ConditionExpression, ...condition },
    },
    // A check reads: an item that may not be seen is none.
    explain: (failure, stored, of) => {
      const seen = stored && guarded && !guarded.back.see(stored) ? null : stored;
      return conditionFailed(failure, seen, { key, guarded }, of);
    },
  } satisfies Write;
}
