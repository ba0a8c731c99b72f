import type { JsonObject } from '../../../json/parse.ts';
import type { Expressions, Placeholders } from '../../expressions/expressions.ts';
import { buildFilter, type Filters } from '../../expressions/filters.ts';
import { projectionWith } from '../../expressions/projections.ts';
import { decodeKey } from '../../tables/keys.ts';
import type { Source } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';

/** What a query and a scan have in common. */
export interface PageRequest extends Filters, Placeholders {
  indexName?: string | undefined;
  projectionExpression?: string | undefined;
  /** Items evaluated per page, before the filter. */
  limit?: number | undefined;
  /** Walk pages until this many items match. */
  maxItems?: number | undefined;
  consistentRead?: boolean | undefined;
  countOnly?: boolean | undefined;
  lastEvaluatedKey?: JsonObject | undefined;
}

/** What was found; the key to go on from is null at the end. */
export interface Page {
  /** Absent when only a count was asked for. */
  items?: JsonObject[];
  count: number;
  scannedCount: number;
  lastEvaluatedKey: JsonObject | null;
}

/** The parameters that DynamoDB takes for a page of a query or scan. */
export interface PageParameters {
  IndexName?: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  ConsistentRead?: boolean;
  Select?: 'COUNT';
  ReturnConsumedCapacity: 'TOTAL';
}

/** A page as DynamoDBDocumentClient returns it. */
export interface NativePage {
  Items?: JsonObject[];
  Count?: number;
  ScannedCount?: number;
  LastEvaluatedKey?: JsonObject;
}

/** How to read pages: their parameters, and what to do with their items. */
export interface PagePlan {
  parameters: PageParameters;
  startKey: NativeItem | undefined;
  /** Items to evaluate next, when so many were found and evaluated before; undefined for no limit. */
  limitAfter(found: number, evaluated: number): number | undefined;
  /** Whether pages are read until a number of items is found. */
  walks: boolean;
  /** Whether no more is to be read than there is room for in the result. */
  readsWhatFits: boolean;
  maxItems: number;
  maxPages: number;
  /** The key to go on from after an item. */
  keyAfter(item: JsonObject): JsonObject;
  /** The item without what was read only for the key. */
  finish(item: JsonObject): JsonObject;
  /** Attributes that were asked for by name. */
  named: ReadonlySet<string> | undefined;
  countOnly: boolean;
}

/** What bounds a page besides the request. */
export interface PageLimits {
  /** Pages that a request for several pages reads at most. */
  maxPages: number;
  /** Whether the items may be cut by their size. */
  bySize: boolean;
}

/** Plans a walk; throws ValidationError. */
export function planPages(
  request: PageRequest,
  { pageKey }: Source,
  { maxPages, bySize }: PageLimits,
  expressions: Expressions,
): PagePlan {
  const keyNames = pageKey.map(({ name }) => name);
  const walks = request.maxItems !== undefined;
  const countOnly = request.countOnly ?? false;
  // A page that may be cut must show its items' keys, also where only their number is wanted.
  const mayBeCut = walks || (bySize && !countOnly);
  const filter = buildFilter(request, expressions);
  const readsWhatFits = bySize && !countOnly && filter === undefined;
  const projection = projectionWith(
    mayBeCut ? keyNames : [],
    walks && countOnly ? '' : request.projectionExpression,
    expressions,
  );
  return {
    parameters: {
      ...(request.indexName !== undefined && { IndexName: request.indexName }),
      ...(filter !== undefined && { FilterExpression: filter }),
      ...(projection.expression !== undefined && { ProjectionExpression: projection.expression }),
      ...(request.consistentRead !== undefined && { ConsistentRead: request.consistentRead }),
      ...(countOnly && !walks && { Select: 'COUNT' }),
      ReturnConsumedCapacity: 'TOTAL',
    },
    startKey:
      request.lastEvaluatedKey &&
      decodeKey(request.lastEvaluatedKey, pageKey, 'last_evaluated_key'),
    limitAfter: limitsOf(request, filter !== undefined),
    maxItems: request.maxItems ?? Number.POSITIVE_INFINITY,
    maxPages: walks || readsWhatFits ? maxPages : 1,
    walks,
    readsWhatFits,
    named: projection.named,
    keyAfter: (item) => Object.fromEntries(keyNames.map((name) => [name, item[name]])),
    finish: (item) => {
      projection.strip(item);
      return encodeItem(item);
    },
    countOnly,
  };
}

/** Without a filter every item evaluated is found, so that no more need be read than are wanted. */
function limitsOf({ limit, maxItems }: PageRequest, isFiltered: boolean): PagePlan['limitAfter'] {
  if (maxItems === undefined) {
    return (_found, evaluated) => (limit === undefined ? undefined : limit - evaluated);
  }
  if (isFiltered) return () => limit;
  return (found) => Math.min(limit ?? Number.POSITIVE_INFINITY, maxItems - found);
}
