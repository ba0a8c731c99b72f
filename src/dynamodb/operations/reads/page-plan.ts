import type { JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import type { ItemsForm } from '../../calls/operation.ts';
import type { Expressions, Placeholders } from '../../expressions/expressions.ts';
import { buildFilter, type Filters } from '../../expressions/filters.ts';
import type { CursorForm } from '../../guard/guarded-cursor.ts';
import { guardedFilter } from '../../guard/guarded-filter.ts';
import { guardedProjection } from '../../guard/guarded-projection.ts';
import type { ReadGuard } from '../../guard/read-guard.ts';
import { decodeKey } from '../../tables/keys.ts';
import type { Source } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';
import { encodeItem } from '../../values/values.ts';
import type { Items } from './items-as-json.ts';
import { limitedPages, limitsOf } from './page-limits.ts';

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
  /** As the reply before had it. */
  lastEvaluatedKey?: JsonObject | string | undefined;
}

/** What was found; the key to go on from is null at the end. */
export interface Page {
  /** Absent when only a count was asked for. */
  items?: JsonObject[] | JsonList;
  count: number;
  /** Absent where it would tell of items that the caller may not see. */
  scannedCount?: number;
  /** Sealed where it may name an item that the caller may not see. */
  lastEvaluatedKey: JsonObject | string | null;
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
  Items?: Items;
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
  /** Whether the caller may see some items only, so that what the others cost is not told. */
  isLimited: boolean;
  /** Whether pages are read until one has anything to show. */
  endsWithFirst: boolean;
  /** What may be seen of the items; undefined where all of them are. */
  guard: ReadGuard | undefined;
  cursor: CursorForm;
  /** The attributes of the key to go on from after an item. */
  keyNames: readonly string[];
  /** The item without what was read only for the key. */
  finish(item: JsonObject): JsonObject;
  /** Attributes that were asked for by name. */
  named: ReadonlySet<string> | undefined;
  countOnly: boolean;
  /** In which form items are passed on as JSON; undefined where one may have to be looked into. */
  asJson: ItemsForm | undefined;
}

/** What bounds a page besides the request. */
export interface PageLimits {
  /** Pages that a request for several pages reads at most. */
  maxPages: number;
  /** Whether the items may be cut by their size. */
  bySize: boolean;
  /** Whether the caller takes them as JSON. */
  takesJson: boolean;
}

/** How the caller of a call takes pages. */
export function limitsFor({ view, takesJson = false }: Call, maxPages: number): PageLimits {
  return { maxPages, bySize: view !== undefined, takesJson };
}

/** What a policy makes of pages. */
export interface GuardedPages {
  guard: ReadGuard | undefined;
  /** The attributes that cannot stand in a filter. */
  keyNames: ReadonlySet<string>;
  cursor: CursorForm;
}

/** What makes another request of it, so that a page key of one is none of the other. */
export function ofRequest(request: PageRequest) {
  const { indexName, filter, filterExpression, expressionNames, expressionValues } = request;
  return { indexName, filter, filterExpression, expressionNames, expressionValues };
}

/** Plans a walk; throws ValidationError. */
export function planPages(
  request: PageRequest,
  { pageKey, held }: Source,
  { maxPages, bySize, takesJson }: PageLimits,
  expressions: Expressions,
  { guard, keyNames: notFiltered, cursor }: GuardedPages,
): PagePlan {
  guard?.noteReach();
  const keyNames = pageKey.map(({ name }) => name);
  const isLimited = guard?.isLimited ?? false;
  const wanted = request.maxItems ?? (isLimited ? request.limit : undefined);
  const walks = wanted !== undefined || isLimited;
  const countOnly = request.countOnly ?? false;
  const countsItems = countOnly && (wanted !== undefined || guard?.checksItems === true);
  // A page that may be cut must show its items' keys, also where only their number is wanted.
  const mayBeCut = wanted !== undefined || (bySize && !countOnly);
  const asked = buildFilter(request, expressions);
  const filter = guardedFilter(asked, guard, notFiltered, expressions);
  const isFiltered = filter !== undefined || guard?.checksItems === true;
  const readsWhatFits = bySize && !countOnly && !isFiltered;
  // What only counts takes no projection.
  const shownBy = countOnly && !countsItems ? undefined : guard;
  const projection = guardedProjection(
    mayBeCut ? keyNames : [],
    countsItems ? '' : request.projectionExpression,
    expressions,
    shownBy,
    held,
  );
  // What is read only for the key is not shown, and what was asked for by name is shown as it is.
  const showsAll = !mayBeCut || request.projectionExpression === undefined;
  // Without a filter no more is read than is wanted.
  const form = bySize || (wanted !== undefined && isFiltered) ? 'each' : 'list';
  return {
    parameters: {
      ...(request.indexName !== undefined && { IndexName: request.indexName }),
      ...(filter !== undefined && { FilterExpression: filter }),
      ...(projection.expression !== undefined && { ProjectionExpression: projection.expression }),
      ...(request.consistentRead !== undefined && { ConsistentRead: request.consistentRead }),
      ...(countOnly && !countsItems && { Select: 'COUNT' }),
      ReturnConsumedCapacity: 'TOTAL',
    },
    startKey:
      request.lastEvaluatedKey === undefined
        ? undefined
        : decodeKey(cursor.read(request.lastEvaluatedKey), pageKey, 'last_evaluated_key'),
    limitAfter: isLimited ? limitedPages(wanted, isFiltered) : limitsOf(request, isFiltered),
    maxItems: wanted ?? Number.POSITIVE_INFINITY,
    isLimited,
    endsWithFirst: isLimited && wanted === undefined,
    guard: guard?.isOpen ? undefined : guard,
    cursor,
    maxPages: walks || readsWhatFits ? maxPages : 1,
    walks,
    readsWhatFits,
    named: projection.named,
    keyNames,
    finish: (item) => {
      projection.strip(item);
      return encodeItem(item);
    },
    countOnly,
    asJson: takesJson && !countOnly && (guard?.isOpen ?? true) && showsAll ? form : undefined,
  };
}
