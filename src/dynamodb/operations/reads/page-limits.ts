import type { PagePlan, PageRequest } from './page-plan.ts';

/** The least that is read for a role that may see some of it. */
const LEAST_LIMITED = 25;
/** How many times as many as were evaluated before are evaluated next. */
const GROWTH = 4;

/**
 * For a role that is limited to some items a limit counts what it may see: pages grow until there is
 * enough.
 */
export function limitedPages(
  wanted: number | undefined,
  isFiltered: boolean,
): PagePlan['limitAfter'] {
  if (wanted === undefined) return () => undefined;
  if (!isFiltered) return (found) => wanted - found;
  return (_found, evaluated) => Math.max(LEAST_LIMITED, 2 * wanted, GROWTH * evaluated);
}

/** Without a filter every item evaluated is found, so that no more need be read than are wanted. */
export function limitsOf(
  { limit, maxItems }: PageRequest,
  isFiltered: boolean,
): PagePlan['limitAfter'] {
  if (maxItems === undefined) {
    return (_found, evaluated) => (limit === undefined ? undefined : limit - evaluated);
  }
  if (isFiltered) return () => limit;
  return (found) => Math.min(limit ?? Number.POSITIVE_INFINITY, maxItems - found);
}
