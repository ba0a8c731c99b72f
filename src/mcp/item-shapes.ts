import { TAG } from '../dynamodb/values/attribute-names.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { visible } from './untrusted.ts';

/** What items of one kind look like: attribute names with their types, and no values. */
export interface ItemShape {
  entity: string;
  items: number;
  /** Attribute → its types, as `["S"]` or `["N", "NULL"]`. */
  attributes: Record<string, string[]>;
}

const LONGEST_NAME = 64;
const UNNAMED = 'other';

/** The shapes of items by entity: their `entity_type`, else what their sort key begins with. */
export function itemShapes(items: JsonObject[], sortKey: string | undefined): ItemShape[] {
  const shapes = new Map<string, { items: number; attributes: Map<string, Set<string>> }>();
  for (const item of items) {
    const entity = entityOf(item, sortKey);
    const shape = shapes.get(entity) ?? { items: 0, attributes: new Map() };
    shapes.set(entity, shape);
    shape.items++;
    for (const [name, value] of Object.entries(item)) {
      const shown = shortName(name);
      shape.attributes.set(shown, (shape.attributes.get(shown) ?? new Set()).add(typeOf(value)));
    }
  }
  return [...shapes].sort().map(([entity, { items: count, attributes }]) => ({
    entity,
    items: count,
    attributes: Object.fromEntries(
      [...attributes].sort().map(([name, types]) => [name, [...types]]),
    ),
  }));
}

function entityOf(item: JsonObject, sortKey: string | undefined): string {
  if (typeof item.entity_type === 'string') return shortName(item.entity_type);
  const sortValue = sortKey === undefined ? undefined : item[sortKey];
  const [prefix] =
    typeof sortValue === 'string' && sortValue.includes('#') ? sortValue.split('#') : [];
  return prefix ? shortName(prefix) : UNNAMED;
}

function shortName(name: string): string {
  return visible(name).slice(0, LONGEST_NAME);
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
