import { canonical } from '../canonical.ts';

/** An item, as JSON. */
export type Item = Record<string, unknown>;

/** A grant as a policy has it. */
export interface GrantText {
  items: '*' | Record<string, unknown>;
  tools: string[];
  indexes?: string[];
  read?: { only?: string[]; hide?: string[]; redact?: string[]; hash?: string[] };
  write?: {
    only?: string[];
    values?: Record<string, unknown[]>;
    transitions?: Record<string, Record<string, unknown[]>>;
    set?: Record<string, unknown>;
    require_expected?: string[];
    create_only?: boolean;
    replace?: boolean;
    upsert?: boolean;
  };
}

export const KEYS = ['PK', 'SK'];

export const isSame = (one: unknown, other: unknown) => canonical(one) === canonical(other);

/** What a grant asks of an attribute; undefined stands for none. */
function fits(matcher: unknown, value: unknown): boolean {
  if (Array.isArray(matcher)) return matcher.some((each) => fits(each, value));
  if (typeof matcher === 'string' && matcher.endsWith('*')) {
    return typeof value === 'string' && value.startsWith(matcher.slice(0, -1));
  }
  if (typeof matcher !== 'object' || matcher === null || JSON.isRawJSON(matcher)) {
    return value !== undefined && isSame(matcher, value);
  }
  const { exists, between } = matcher as { exists?: boolean; between?: [string, string] };
  if (exists !== undefined) return (value !== undefined) === exists;
  const [low, high] = between ?? ['', ''];
  return typeof value === typeof low && low <= (value as string) && (value as string) <= high;
}

export function matchersOf({ items }: GrantText): Record<string, unknown> {
  return items === '*' ? {} : items;
}

/** Whether an item is one of a grant's. */
export function isOf(grant: GrantText, item: Item): boolean {
  return Object.entries(matchersOf(grant)).every(([name, matcher]) => fits(matcher, item[name]));
}

/** Whether an item of these attributes, and of unknown ones, may be one of a grant's. */
export function mayBeOf(grant: GrantText, known: Item): boolean {
  return Object.entries(matchersOf(grant)).every(
    ([name, matcher]) => !(name in known) || fits(matcher, known[name]),
  );
}

/** How a grant shows an attribute: from 0, not at all, to 3, as it is. */
export function sightOf({ read }: GrantText, name: string): number {
  if (!read || KEYS.includes(name)) return 3;
  if (read.redact?.includes(name)) return 1;
  if (read.hash?.includes(name)) return 2;
  if (read.hide?.includes(name)) return 0;
  return !read.only || read.only.includes(name) ? 3 : 0;
}

/** What a hash of a value is compared as. */
export const HASHED = 'hash:';

/** An item as some grants show it; undefined where it is of none of them. */
export function viewOf(grants: readonly GrantText[], item: Item): Item | undefined {
  const holding = grants.filter((grant) => isOf(grant, item));
  if (holding.length === 0) return undefined;
  const shown = Object.entries(item).flatMap(([name, value]) => {
    const sight = Math.max(...holding.map((grant) => sightOf(grant, name)));
    return sight === 0 ? [] : [[name, [undefined, '[redacted]', HASHED, value][sight]]];
  });
  return Object.fromEntries(shown);
}

/** Whether some grants show an attribute of an item as it is. */
export function showPlainly(grants: readonly GrantText[], item: Item, name: string): boolean {
  return grants.some((grant) => isOf(grant, item) && sightOf(grant, name) === 3);
}
