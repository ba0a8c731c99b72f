import { keysOf, type Table } from '../table.ts';
import { type Item, partsOf, type Type } from '../values/attribute-value.ts';
import { ANY, templateOf } from './templates.ts';

/** Attributes that many tables name an item's kind by. */
const KIND_NAMES = ['entity_type', 'entityType', 'type', '_et', '__edb_e__', 'kind'];

/** How an index reaches an entity. */
export interface Reach {
  index: string;
  partition: string;
  sort: string | undefined;
  /** The keys of one of its items there. */
  example: string;
}

/** One kind of item in the table. */
export interface Entity {
  name: string;
  partition: string;
  sort: string | undefined;
  count: number;
  /** Attribute → its types, and how many of the items have it. */
  attributes: Map<string, { types: Set<Type>; count: number }>;
  reaches: Reach[];
  /** Keys of some of its items. */
  examples: { partition: string; sort: string | undefined }[];
}

const MOST_EXAMPLES = 12;

/** The entities of a single table, from a sample of its items: the kinds of their keys. */
export function entitiesIn(table: Table, items: readonly Item[]): Entity[] {
  const [partition = '', sort] = keysOf(table, undefined).map(
    ({ attribute_name }) => attribute_name,
  );
  const templates = keyTemplates(table, items);
  const entities = new Map<string, Entity>();
  for (const item of items) {
    const partitionTemplate = templates(partition, item) ?? '';
    const sortTemplate = sort === undefined ? undefined : templates(sort, item);
    const kind = kindOf(item);
    const identity = JSON.stringify([partitionTemplate, sortTemplate, kind]);
    const entity: Entity = entities.get(identity) ?? {
      name: kind ?? nameIn(sortTemplate, partitionTemplate),
      partition: partitionTemplate,
      sort: sortTemplate,
      count: 0,
      attributes: new Map(),
      reaches: [],
      examples: [],
    };
    entities.set(identity, entity);
    entity.count++;
    noteAttributes(entity, item);
    noteReaches(entity, item, table, templates);
    if (entity.examples.length < MOST_EXAMPLES) {
      entity.examples.push({
        partition: keyText(item, partition) ?? '',
        sort: sort && keyText(item, sort),
      });
    }
  }
  return [...entities.values()].sort((one, other) => other.count - one.count);
}

type Templates = (attribute: string, item: Item) => string | undefined;

function keyTemplates(table: Table, items: readonly Item[]): Templates {
  const names = new Set(
    [undefined, ...table.indexes.map(({ index_name }) => index_name)]
      .flatMap((index) => keysOf(table, index))
      .map(({ attribute_name }) => attribute_name),
  );
  const made = new Map(
    [...names].map((name) => [name, templateOf(items.flatMap((item) => textIn(item, name) ?? []))]),
  );
  return (name, item) => {
    if (!item[name]) return undefined;
    const text = textIn(item, name);
    return text === undefined ? ANY : made.get(name)?.(text);
  };
}

function noteAttributes({ attributes }: Entity, item: Item): void {
  for (const [name, value] of Object.entries(item)) {
    const known = attributes.get(name) ?? { types: new Set<Type>(), count: 0 };
    known.types.add(partsOf(value)[0]);
    known.count++;
    attributes.set(name, known);
  }
}

function noteReaches(entity: Entity, item: Item, table: Table, templates: Templates): void {
  for (const { index_name: index, key_schema } of table.indexes) {
    const names = key_schema.map(({ attribute_name }) => attribute_name);
    const [partition, sort] = names.map((name) => templates(name, item));
    const isIn = names.every((name) => item[name] !== undefined);
    const isKnown = entity.reaches.some(
      (reach) => reach.index === index && reach.partition === partition && reach.sort === sort,
    );
    if (!isIn || partition === undefined || isKnown) continue;
    entity.reaches.push({ index, partition, sort, example: keyText(item, names[0] ?? '') ?? '' });
  }
}

/** What an item says that it is. */
function kindOf(item: Item): string | undefined {
  const name = KIND_NAMES.find((each) => textIn(item, each) !== undefined);
  return name && textIn(item, name);
}

/** The last kind that stands in the keys, as `EPIC` in `EPIC#…`. */
function nameIn(...templates: (string | undefined)[]): string {
  for (const template of templates) {
    const kinds = template?.match(/[A-Za-z][A-Za-z_-]*/g);
    if (kinds) return kinds.at(-1)?.toLowerCase() ?? '';
  }
  return 'item';
}

/** A text; numbers and binary have no parts that could name a kind. */
function textIn(item: Item, name: string): string | undefined {
  const value = item[name];
  return value && 'S' in value ? value.S : undefined;
}

function keyText(item: Item, name: string): string | undefined {
  const value = item[name];
  if (!value) return undefined;
  const [type, held] = partsOf(value);
  return type === 'S' || type === 'N' || type === 'B' ? String(held) : undefined;
}
