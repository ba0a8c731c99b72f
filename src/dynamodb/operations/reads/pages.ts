import { ServiceError } from '../../../errors.ts';
import { type Call, mayReadOn, timeLeft } from '../../calls/call.ts';
import type { NativeItem } from '../../values/native-values.ts';
import type { NativePage, Page, PagePlan } from './page-plan.ts';
import { PageWalk } from './page-walk.ts';

/** Reads the page after a key. */
type FetchPage = (next: {
  ExclusiveStartKey: NativeItem | undefined;
  Limit: number | undefined;
}) => Promise<NativePage>;

/** Reads pages until there are enough items, the pages end, or the deadline comes near. */
export async function readPages(plan: PagePlan, fetch: FetchPage, call: Call): Promise<Page> {
  const walk = new PageWalk(plan, call);
  for (let pages = 0; pages < plan.maxPages; pages++) {
    const started = performance.now();
    const next = { ExclusiveStartKey: walk.startKey, Limit: walk.nextLimit() };
    const page = await fetchNext(pages, () => fetch(next), call);
    if (!page) break;
    walk.add(page);
    if (plan.walks) call.progress?.(walk.count, plan.maxItems);
    if (!walk.goesOnAfter(page, next.Limit)) break;
    if (timeLeft(call) < 2 * (performance.now() - started) || !mayReadOn(call)) break;
  }
  return walk.result();
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
