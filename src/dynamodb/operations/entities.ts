import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { READ } from '../calls/operation.ts';
import { Expressions } from '../expressions/expressions.ts';
import { guardedFilter } from '../guard/guarded-filter.ts';
import { backGuard, type ReadGuard } from '../guard/read-guard.ts';
import type { Table } from '../tables/table.ts';
import { TAG } from '../values/attribute-names.ts';
import { encodeItem } from '../values/values.ts';

/** What items of one kind look like: attribute names with their types, and no values. */
export interface Entity {
  /** `other` for all whose name might be a value. */
  entity: string;
  /** How many of them were sampled. */
  items: number;
  /** Attribute → its types, as `["S"]` or `["N", "NULL"]`. */
  attributes: Record<string, string[]>;
  /** How many attributes more there are, where there are very many. */
  moreAttributes?: number;
}

/** What a sample of the table shows. */
export interface Sample {
  sampled: number;
  entities: Entity[];
}

const REMEMBERED_MS = 300_000;
const OTHER = 'other';
const ENTITY_ATTRIBUTE = 'entity_type';
/** A name that so many items share, made of letters, `_` and `-`, is a kind and not a value. */
const FEWEST_ITEMS = 3;
const ENTITY_NAME = /^[A-Za-z_-]{1,32}$/;
const LONGEST_ATTRIBUTE = 64;
const MOST_ATTRIBUTES = 200;

/** Samples the table by one page of a scan, at most 1 MB, and remembers what it showed. */
export function createSampler(table: Table): (call: Call) => Promise<Sample> {
  // By what may be seen of it: the grants of a role, or everything.
  const remembered = new WeakMap<object, { sample: Sample; until: number }>();
  return async (call) => {
    const { guard, sortKey } = await table.check(call, (schema) => ({
      guard: call.access && backGuard(call.access, table.name, schema),
      sortKey: schema.sort[0]?.name,
    }));
    const seenBy = guard && !guard.isOpen ? guard.access.grants : remembered;
    const known = remembered.get(seenBy);
    if (known && performance.now() < known.until) return known.sample;
    const items = (await readSample(table, guard, call)).flatMap((item) => {
      const seen = guard ? guard.see(item) : item;
      return seen ? [encodeItem(seen)] : [];
    });
    const sample = { sampled: items.length, entities: entitiesOf(items, sortKey) };
    remembered.set(seenBy, { sample, until: performance.now() + REMEMBERED_MS });
    return sample;
  };
}

async function readSample(table: Table, guard: ReadGuard | undefined, call: Call) {
  const expressions = new Expressions({});
  const filter = guardedFilter(undefined, guard, new Set(), expressions);
  const { Items = [] } = await table.send(
    new ScanCommand({
      TableName: table.name,
      ...(filter !== undefined && { FilterExpression: filter }),
      ...expressions.parameters(),
      ReturnConsumedCapacity: 'TOTAL',
    }),
    call,
    READ,
  );
  return Items;
}

/** The kinds of items by their `entity_type`, else by what their sort key begins with. */
function entitiesOf(items: JsonObject[], sortKey: string | undefined): Entity[] {
  const named = items.map((item) => ({ item, name: nameOf(item, sortKey) }));
  const sizes = new Map<string, number>();
  for (const { name } of named) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const groups = Map.groupBy(named, ({ name }) =>
    (sizes.get(name) ?? 0) >= FEWEST_ITEMS && ENTITY_NAME.test(name) ? name : OTHER,
  );
  return [...groups].sort(byName).map(([entity, members]) => ({
    entity,
    items: members.length,
    ...attributesOf(members.map(({ item }) => item)),
  }));
}

function nameOf(item: JsonObject, sortKey: string | undefined): string {
  const type = item[ENTITY_ATTRIBUTE];
  if (typeof type === 'string') return type;
  const value = sortKey === undefined ? undefined : item[sortKey];
  return typeof value === 'string' && value.includes('#') ? value.slice(0, value.indexOf('#')) : '';
}

function attributesOf(items: JsonObject[]): Pick<Entity, 'attributes' | 'moreAttributes'> {
  const types = new Map<string, Set<string>>();
  for (const [name, value] of items.flatMap(Object.entries<unknown>)) {
    const shown = name.slice(0, LONGEST_ATTRIBUTE);
    types.set(shown, (types.get(shown) ?? new Set()).add(typeOf(value)));
  }
  const shown = [...types].sort(byName).slice(0, MOST_ATTRIBUTES);
  return {
    attributes: Object.fromEntries(shown.map(([name, of]) => [name, [...of].sort()])),
    ...(shown.length < types.size && { moreAttributes: types.size - shown.length }),
  };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The DynamoDB type of a JSON value. */
function typeOf(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'S';
  if (typeof value === 'boolean') return 'BOOL';
  if (Array.isArray(value)) return 'L';
  if (!isJsonObject(value)) return 'N';
  const tagged = value[TAG];
  return isJsonObject(tagged) ? (Object.keys(tagged)[0] ?? 'M') : 'M';
}
