import type { z } from 'zod';
import type { Call } from '../dynamodb/calls/call.ts';
import type { Page, PageRequest } from '../dynamodb/operations/reads/page-plan.ts';
import { counted } from './counted.ts';
import type { paging } from './schemas.ts';

/** The part of an input that a query and a scan have in common. */
export type PagingInput = z.output<z.ZodObject<typeof paging>>;

/** What the gateway wants to know of a page. */
export function pageRequest(input: PagingInput): PageRequest {
  return {
    indexName: input.index_name,
    filter: input.filter,
    filterExpression: input.filter_expression,
    expressionNames: input.expression_names,
    expressionValues: input.expression_values,
    projectionExpression: input.projection_expression,
    limit: input.limit,
    maxItems: input.max_items,
    consistentRead: input.consistent_read,
    countOnly: input.select === 'COUNT',
    lastEvaluatedKey: input.last_evaluated_key,
  };
}

/** The reply for a page. */
export function pageReply(page: Page, { trail }: Call) {
  trail.said = saidOf(page);
  return {
    ...(page.items && { items: page.items }),
    count: page.count,
    ...(page.scannedCount !== undefined && { scanned_count: page.scannedCount }),
    last_evaluated_key: page.lastEvaluatedKey,
  };
}

function saidOf({ items, count, scannedCount, lastEvaluatedKey }: Page): string {
  const found = items ? counted(count, 'item') : `${counted(count, 'item')} counted`;
  const read =
    scannedCount !== undefined && scannedCount > count ? ` of ${scannedCount} that were read` : '';
  return `${found}${read}${lastEvaluatedKey ? '' : '; that is all'}`;
}

/** A count has no attributes to choose from. */
export function countsWithoutProjection(input: PagingInput): boolean {
  return input.select === undefined || input.projection_expression === undefined;
}

export const COUNT_WITHOUT_PROJECTION = {
  path: ['projection_expression'],
  error: 'does not go with select COUNT',
};
