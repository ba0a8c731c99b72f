import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '../../calls/call.ts';
import { READ } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import type { Table } from '../../tables/table.ts';
import { sourceOf, type TableSchema } from '../../tables/table-schema.ts';
import { type Page, type PageLimits, type PageRequest, planPages } from './page-plan.ts';
import { readPages } from './pages.ts';

/** All items of the table or of an index, or one of several equal parts of them. */
export interface ScanRequest extends PageRequest {
  segment?: number | undefined;
  totalSegments?: number | undefined;
}

export async function scan(
  table: Table,
  request: ScanRequest,
  maxPages: number,
  call: Call,
): Promise<Page> {
  const { plan, parameters } = await table.check(call, (schema) =>
    planScan(request, schema, { maxPages, bySize: call.view !== undefined }),
  );
  const page = await readPages(
    plan,
    (next) =>
      table.send(new ScanCommand({ TableName: table.name, ...parameters, ...next }), call, READ),
    call,
  );
  call.trail.message = `Scan returned ${page.count} items`;
  call.trail.count = page.count;
  return page;
}

function planScan(request: ScanRequest, schema: TableSchema, limits: PageLimits) {
  const { filterExpression, projectionExpression, segment, totalSegments } = request;
  const expressions = new Expressions(request, filterExpression, projectionExpression);
  const plan = planPages(request, sourceOf(request.indexName, schema), limits, expressions);
  return {
    plan,
    parameters: {
      ...plan.parameters,
      ...(totalSegments !== undefined && { Segment: segment, TotalSegments: totalSegments }),
      ...expressions.parameters(),
    },
  };
}
