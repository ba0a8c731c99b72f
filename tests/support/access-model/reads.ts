import type { Getting, Reading } from './calls.ts';
import { type GrantText, type Item, isSame, mayBeOf, sightOf, viewOf } from './grants.ts';

const INDEX_KEYS = ['GSI1PK', 'GSI1SK'];

/** What a role may be answered; undefined where it is refused. */
export interface Answer {
  items: (Item | undefined)[];
  /** Whether what the role may not see is to be kept quiet. */
  limited: boolean;
}

const cut = (item: Item, projection: string[] | undefined): Item =>
  projection
    ? Object.fromEntries(Object.entries(item).filter(([name]) => projection.includes(name)))
    : item;

const showsAny = (grants: readonly GrantText[], names: readonly string[] = []) =>
  names.every((name) => grants.some((grant) => sightOf(grant, name) === 3));

/** What a query or scan finds, all pages together. */
export function answerOfReading(
  role: readonly GrantText[],
  call: Reading,
  stored: readonly Item[],
): Answer | undefined {
  const { tool, index, partition, sort = '', filter, projection } = call;
  const listed = role.filter(
    (grant) => grant.tools.includes(tool) && (!index || grant.indexes?.includes('GSI1')),
  );
  if (index && !listed.every((grant) => INDEX_KEYS.every((name) => sightOf(grant, name) === 3)))
    return undefined;
  const key = index ? 'GSI1PK' : 'PK';
  const grants = listed.filter((grant) =>
    mayBeOf(grant, partition === undefined ? {} : { [key]: partition }),
  );
  if (grants.length === 0) return undefined;
  const asked = Object.keys(filter);
  if (!grants.every((grant) => asked.every((name) => sightOf(grant, name) === 3))) return undefined;
  if (!showsAny(grants, projection)) return undefined;
  const items = stored.flatMap((item) => {
    const isThere = !index || INDEX_KEYS.every((name) => typeof item[name] === 'string');
    const isAsked =
      partition === undefined ||
      (item[key] === partition && String(item[index ? 'GSI1SK' : 'SK']).startsWith(sort));
    const view = isThere && isAsked ? viewOf(grants, item) : undefined;
    // Only what is seen can be asked for.
    const isWanted = view && asked.every((name) => isSame(view[name], filter[name]));
    return isWanted ? [cut(view, projection)] : [];
  });
  return { items, limited: grants.every(({ items: of }) => of !== '*') };
}

/** What a get finds, in the order of its keys. */
export function answerOfGetting(
  role: readonly GrantText[],
  { tool, keys, projection }: Getting,
  stored: readonly Item[],
): Answer | undefined {
  const grants = role.filter(({ tools }) => tools.includes(tool) && tools.includes('get_item'));
  const isOutside = keys.some((key) => !grants.some((grant) => mayBeOf(grant, key)));
  if (grants.length === 0 || isOutside) return undefined;
  const asked =
    tool === 'batch_get_item'
      ? [grants]
      : keys.map((key) => grants.filter((grant) => mayBeOf(grant, key)));
  if (asked.some((of) => !showsAny(of, projection))) return undefined;
  const items = keys.map((key) => {
    const item = stored.find(({ PK, SK }) => PK === key.PK && SK === key.SK);
    const view = item && viewOf(grants, item);
    return view && cut(view, projection);
  });
  return { items, limited: true };
}
