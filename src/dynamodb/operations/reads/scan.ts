import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '../../calls/call.ts';
import { readAs } from '../../calls/operation.ts';
import { Expressions } from '../../expressions/expressions.ts';
import { cursorForm } from '../../guard/guarded-cursor.ts';
import { namesInFilter } from '../../guard/names.ts';
import { sourceGuard } from '../../guard/source-guard.ts';
import type { Table } from '../../tables/table.ts';
import { sourceOf, type TableSchema } from '../../tables/table-schema.ts';
import {
  limitsFor,
  ofRequest,
  type Page,
  type PageLimits,
  type PageRequest,
  planPages,
} from './page-plan.ts';
import { readPages } from './pages.ts';

/** A scan can filter by any attribute. */
const NONE: ReadonlySet<string> = new Set();

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
    planScan(table.name, request, schema, limitsFor(call, maxPages), call),
  );
  const page = await readPages(
    plan,
    (next) =>
      table.send(
        new ScanCommand({ TableName: table.name, ...parameters, ...next }),
        call,
        readAs(plan.asJson),
      ),
    call,
  );
  call.trail.message = `Scan returned ${page.count} items`;
  call.trail.count = page.count;
  return page;
}

function planScan(
  tableName: string,
  request: ScanRequest,
  schema: TableSchema,
  limits: PageLimits,
  call: Call,
) {
  const { filterExpression, projectionExpression, segment, totalSegments } = request;
  const expressions = new Expressions(request, filterExpression, projectionExpression);
  const place = { table: tableName, index: request.indexName };
  const guard = sourceGuard(call, 'scan', place, schema);
  const source = sourceOf(request.indexName, schema);
  guard?.refuseUnreadable(namesInFilter(request, expressions), 'filter');
  const plan = planPages(request, source, limits, expressions, {
    guard,
    keyNames: NONE,
    cursor: cursorForm(guard, { ...ofRequest(request), segment, totalSegments }),
  });
  return {
    plan,
    parameters: {
      ...plan.parameters,
      ...(totalSegments !== undefined && { Segment: segment, TotalSegments: totalSegments }),
      ...expressions.parameters(),
    },
  };
}
