import { ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import { type Call, mayReadOn, timeLeft } from '../calls/call.ts';
import type { NativeItem } from '../values/native-values.ts';
import { decodeItem, encodeItem } from '../values/values.ts';
import type { NativePage, Page, PagePlan } from './page-plan.ts';
import { withinBytes } from './result-size.ts';

/** Reads the page after a key. */
type FetchPage = (next: {
  ExclusiveStartKey: NativeItem | undefined;
  Limit: number | undefined;
}) => Promise<NativePage>;

/** Reads pages until there are enough items, the pages end, or the deadline comes near. */
export async function readPages(plan: PagePlan, fetch: FetchPage, call: Call): Promise<Page> {
  const items: JsonObject[] = [];
  let count = 0;
  let scannedCount = 0;
  let key: JsonObject | null = null;
  let startKey = plan.startKey;
  for (let pages = 0; pages < plan.maxPages; pages++) {
    const started = performance.now();
    const page = await fetchNext(
      pages,
      () => fetch({ ExclusiveStartKey: startKey, Limit: plan.limitAfter(count) }),
      call,
    );
    if (!page) break;
    for (const item of page.Items ?? []) items.push(item);
    count += page.Count ?? 0;
    scannedCount += page.ScannedCount ?? 0;
    key = page.LastEvaluatedKey ? encodeItem(page.LastEvaluatedKey) : null;
    call.progress?.(Math.min(count, plan.maxItems), plan.maxItems);
    if (!key || count >= plan.maxItems) break;
    if (timeLeft(call) < 2 * (performance.now() - started) || !mayReadOn(call)) break;
    startKey = decodeItem(key, 'last_evaluated_key');
  }
  const last = items[plan.maxItems - 1];
  if (count > plan.maxItems && last) {
    key = encodeItem(plan.keyAfter(last));
    items.length = plan.maxItems;
    count = plan.maxItems;
  }
  if (plan.countOnly) return { count, scannedCount, lastEvaluatedKey: key };
  const page = finishItems(items, plan, call);
  return {
    items: page.items,
    count: page.items.length,
    scannedCount,
    lastEvaluatedKey: page.cutAfter ?? key,
  };
}

/** The items as the caller gets them; cut where they would be too large, with the key of the last. */
function finishItems(items: JsonObject[], plan: PagePlan, call: Call) {
  if (call.maxResultBytes === undefined) return { items: items.map(plan.finish) };
  const keys = items.map((item) => encodeItem(plan.keyAfter(item)));
  const finished = items.map(plan.finish);
  const fitting = withinBytes(finished, call.maxResultBytes);
  if (fitting === finished.length) return { items: finished };
  call.trail.cutFrom = finished.length;
  return { items: finished.slice(0, fitting), cutAfter: keys[fitting - 1] };
}

/** A page; undefined when a later one fails for now, so that what was found is returned. */
async function fetchNext(
  pagesBefore: number,
  fetch: () => Promise<NativePage>,
  call: Call,
): Promise<NativePage | undefined> {
  try {
    return await fetch();
  } catch (error) {
    if (pagesBefore === 0 || !(error instanceof ServiceError) || !error.retryable) throw error;
    call.log.warn({ code: error.code, pages: pagesBefore }, 'Returning the pages read so far');
    return undefined;
  }
}
