import type { Grant } from './grant.ts';

/** How an attribute of an item is seen. */
export type Sight = 'plain' | 'redacted' | 'hashed' | 'hidden';

/** How a grant shows an attribute; those of the table's key are always plain. */
export function sightOf(grant: Grant, attribute: string, keys: ReadonlySet<string>): Sight {
  const { read } = grant;
  if (!read || keys.has(attribute)) return 'plain';
  if (read.redact.has(attribute)) return 'redacted';
  if (read.hash.has(attribute)) return 'hashed';
  if (read.hide.has(attribute)) return 'hidden';
  return read.only === undefined || read.only.has(attribute) ? 'plain' : 'hidden';
}

const ORDER: readonly Sight[] = ['plain', 'hashed', 'redacted', 'hidden'];

/** What several grants show together: the most that one of them does. */
export function sightOfAny(
  grants: readonly Grant[],
  attribute: string,
  keys: ReadonlySet<string>,
): Sight {
  const sights = grants.map((grant) => sightOf(grant, attribute, keys));
  return ORDER.find((sight) => sights.includes(sight)) ?? 'hidden';
}

/** What some grants show together, worked out once for each name. */
export class Sights {
  readonly #grants: readonly Grant[];
  readonly #keys: ReadonlySet<string>;
  readonly #known = new Map<string, Sight>();

  constructor(grants: readonly Grant[], keys: ReadonlySet<string>) {
    this.#grants = grants;
    this.#keys = keys;
  }

  of(name: string): Sight {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const sight = sightOfAny(this.#grants, name, this.#keys);
    this.#known.set(name, sight);
    return sight;
  }

  isBy(grants: readonly Grant[]): boolean {
    return (
      grants.length === this.#grants.length && grants.every((each, at) => each === this.#grants[at])
    );
  }
}

/** The attributes that a grant shows in some way; undefined where there is no list of them. */
export function shownNames({ read }: Grant): string[] | undefined {
  if (!read?.only) return undefined;
  return [...read.only, ...read.redact, ...read.hash];
}
