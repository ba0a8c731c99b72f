import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { readAs } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { buildKeyCondition, type SortKeyCondition } from '../../expressions/key-conditions.ts';
import { cursorForm } from '../../guard/guarded-cursor.ts';
import { namesInFilter } from '../../guard/names.ts';
import { partitionGuard, sourceGuard } from '../../guard/source-guard.ts';
import type { Table } from '../../tables/table.ts';
import { type KeySchema, sourceOf, type TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { sameValue } from '../../values/same-value.ts';
import { decodeItem } from '../../values/values.ts';
import {
  limitsFor,
  ofRequest,
  type Page,
  type PageLimits,
  type PageRequest,
  planPages,
} from './page-plan.ts';
import { readPages } from './pages.ts';

/** Items of one partition, by either a key condition expression or plain key values. */
export interface QueryRequest extends PageRequest {
  keyCondition?: string | undefined;
  key?: JsonObject | undefined;
  sortKey?: SortKeyCondition | undefined;
  scanIndexForward?: boolean | undefined;
}

export async function query(
  table: Table,
  request: QueryRequest,
  maxPages: number,
  call: Call,
): Promise<Page> {
  const { plan, parameters } = await table.check(call, (schema) =>
    planQuery(table.name, request, schema, limitsFor(call, maxPages), call),
  );
  const page = await readPages(
    plan,
    (next) =>
      table.send(
        new QueryCommand({ TableName: table.name, ...parameters, ...next }),
        call,
        readAs(plan.asJson),
      ),
    call,
  );
  call.trail.message = `Query returned ${page.count} items`;
  call.trail.count = page.count;
  return page;
}

function planQuery(
  tableName: string,
  request: QueryRequest,
  schema: TableSchema,
  limits: PageLimits,
  call: Call,
) {
  const { keyCondition, key, sortKey, filterExpression, projectionExpression } = request;
  const place = { table: tableName, index: request.indexName };
  const all = sourceGuard(call, 'query', place, schema);
  const source = sourceOf(request.indexName, schema);
  const expressions = new Expressions(
    request,
    keyCondition,
    filterExpression,
    projectionExpression,
  );
  const { guard, sortPrefix } = partitionGuard(all, request, source.key, expressions);
  guard?.refuseUnreadable(namesInFilter(request, expressions), 'filter');
  const plan = planPages(request, source, limits, expressions, {
    guard,
    keyNames: source.key.names,
    cursor: cursorForm(guard, { ...ofRequest(request), ...ofQuery(request) }),
  });
  refuseOtherPartition(key, plan.startKey, source.key);
  const callers =
    key === undefined ? keyCondition : buildKeyCondition(key, sortKey, source.key, expressions);
  const KeyConditionExpression = sortPrefix ? `${callers} AND ${sortPrefix}` : callers;
  return {
    plan,
    parameters: {
      ...plan.parameters,
      KeyConditionExpression,
      ...(request.scanIndexForward !== undefined && { ScanIndexForward: request.scanIndexForward }),
      ...expressions.parameters(),
    },
  };
}

function ofQuery({ keyCondition, key, sortKey, scanIndexForward }: QueryRequest) {
  return { keyCondition, key, sortKey, scanIndexForward };
}

/** Refuses a page key of another partition than that of plain key values, as DynamoDB does. */
function refuseOtherPartition(
  key: JsonObject | undefined,
  startKey: NativeItem | undefined,
  { partition }: KeySchema,
): void {
  if (!key || !startKey) return;
  const wanted = decodeItem(key, 'key');
  const isOther = partition.some(
    ({ name }) => name in wanted && !sameValue(wanted[name], startKey[name]),
  );
  if (isOther)
    throw invalid('last_evaluated_key', 'belongs to another partition; start without it');
}
