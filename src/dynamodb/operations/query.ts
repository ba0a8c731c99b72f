import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { READ } from '../calls/operation.ts';
import { Expressions } from '../expressions/expressions.ts';
import { buildKeyCondition, type SortKeyCondition } from '../expressions/key-conditions.ts';
import type { Table } from '../tables/table.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import { findIndex, type Page, type PageLimits, type PageRequest, planPages } from './page-plan.ts';
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
    planQuery(request, schema, { maxPages, bySize: call.view !== undefined }),
  );
  const page = await readPages(
    plan,
    (next) =>
      table.send(new QueryCommand({ TableName: table.name, ...parameters, ...next }), call, READ),
    call,
  );
  call.trail.message = `Query returned ${page.count} items`;
  call.trail.count = page.count;
  return page;
}

function planQuery(request: QueryRequest, schema: TableSchema, limits: PageLimits) {
  const { keyCondition, key, sortKey, filterExpression, projectionExpression } = request;
  const expressions = new Expressions(
    request,
    keyCondition,
    filterExpression,
    projectionExpression,
  );
  const index = findIndex(request.indexName, schema);
  const plan = planPages(request, schema, limits, expressions);
  const KeyConditionExpression =
    key === undefined
      ? keyCondition
      : buildKeyCondition(key, sortKey, index ?? schema, expressions);
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
