import type { Call } from '../calls/call.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import { type Access, grantsFor, type Place, refuse, refuseIndex } from './access.ts';
import { type Alternative, alternativeOf, narrowed } from './alternatives.ts';
import type { Grant } from './grant.ts';
import { holds } from './matching.ts';
import { Sights, shownNames, sightOf, sightOfAny } from './read-rules.ts';

const REDACTED = '[redacted]';

type Item = Record<string, unknown>;

/** What a call may see of the items of a table: it holds for every item by its own attributes. */
export class ReadGuard {
  readonly access: Access;
  readonly table: string;
  readonly keys: ReadonlySet<string>;
  readonly alternatives: readonly Alternative[];
  /** Whether it shows all there is. */
  readonly isOpen: boolean;
  /** How the items of a page that are within the same grants are seen. */
  #sights: Sights | undefined;

  constructor(
    access: Access,
    table: string,
    keys: ReadonlySet<string>,
    alternatives: readonly Alternative[],
  ) {
    this.access = access;
    this.table = table;
    this.keys = keys;
    this.alternatives = alternatives;
    this.isOpen =
      access.observes || alternatives.some(({ grant, rules }) => rules.length === 0 && !grant.read);
  }

  /** Whether the role is limited to some items, so that what it costs to find them would tell of others. */
  get isLimited(): boolean {
    return !this.access.observes && this.alternatives.every(({ grant }) => grant.items.size > 0);
  }

  /** Whether what is found needs a look before the caller may see it. */
  get checksItems(): boolean {
    return !this.isOpen && !this.alternatives.some(({ rules }) => rules.length === 0);
  }

  /** The attributes that the checks need to see. */
  get needs(): string[] {
    const rules = this.isOpen ? [] : this.alternatives.flatMap((each) => each.rules);
    return [...new Set(rules.map(([attribute]) => attribute))];
  }

  /** The alternatives that an item of these attributes may be within. */
  reaching(known: Item): readonly Alternative[] {
    return narrowed(this.alternatives, known);
  }

  /** What remains when these attributes of all that is found are known; refuses what is none of the role's. */
  narrow(known: Item, path: string): ReadGuard {
    const left = this.reaching(known);
    if (left.length === 0) {
      refuse(this.access, path, 'is outside what your role may reach');
      return this;
    }
    return new ReadGuard(this.access, this.table, this.keys, left);
  }

  /** Notes the grants that what is asked for can be within. */
  noteReach(): void {
    const { noted } = this.access;
    for (const { grant } of this.alternatives) noted.reaching.add(grant.name);
    noted.limited ||= !this.isOpen;
  }

  /** Refuses names that all grants in play do not plainly show; for what selects items. */
  refuseUnreadable(names: Iterable<string>, path: string): void {
    for (const name of names) {
      this.access.noted.read.add(name);
      if (!this.#isPlain(name)) refuseUnreadable(this.access, name, path);
    }
  }

  /** Refuses an index that is about what some grant in play does not plainly show, without naming it. */
  refuseHiddenIndex(attributes: readonly string[]): void {
    for (const name of attributes) this.access.noted.read.add(name);
    if (!attributes.every((name) => this.#isPlain(name))) refuseIndex(this.access);
  }

  /** Refuses the name of an index that there is not, where what there is may not all be told. */
  refuseUnknownIndex(): void {
    if (this.alternatives.every(({ grant }) => grant.read)) refuseIndex(this.access);
  }

  /** Whether an attribute may be shown as something that stands for it. */
  masks(name: string): boolean {
    return this.alternatives.some(({ grant }) => {
      const sight = sightOf(grant, name, this.keys);
      return sight === 'redacted' || sight === 'hashed';
    });
  }

  #isPlain(name: string): boolean {
    return this.alternatives.every(({ grant }) => sightOf(grant, name, this.keys) === 'plain');
  }

  /** Refuses names that no grant in play plainly shows; for what is asked to be returned. */
  refuseUnshown(names: Iterable<string>, path: string): void {
    const grants = this.alternatives.map(({ grant }) => grant);
    for (const name of names) {
      this.access.noted.read.add(name);
      if (sightOfAny(grants, name, this.keys) !== 'plain') {
        refuseUnreadable(this.access, name, path);
      }
    }
  }

  /** The attributes to ask DynamoDB for where the caller names none; undefined for all. */
  get shownNames(): string[] | undefined {
    if (this.isOpen) return undefined;
    const lists = this.alternatives.map(({ grant }) => shownNames(grant));
    const known = lists.filter((list) => list !== undefined);
    if (known.length < lists.length) return undefined;
    return [...new Set([...this.keys, ...known.flat(), ...this.needs])];
  }

  /** A stored item as the caller may see it; undefined where it may not. */
  see(item: Item): Item | undefined {
    if (this.isOpen) return item;
    const grants: Grant[] = [];
    let isWhole = false;
    for (const { grant, rules } of this.alternatives) {
      if (!holds(rules, item)) continue;
      grants.push(grant);
      this.access.noted.grants.add(grant.name);
      isWhole ||= !grant.read;
    }
    if (grants.length === 0) return undefined;
    return isWhole ? item : this.#shown(item, this.#sightsBy(grants));
  }

  #sightsBy(grants: readonly Grant[]): Sights {
    if (!this.#sights?.isBy(grants)) this.#sights = new Sights(grants, this.keys);
    return this.#sights;
  }

  #shown(item: Item, sights: Sights): Item {
    const shown: Item = {};
    for (const name in item) {
      const sight = sights.of(name);
      if (sight === 'plain') shown[name] = item[name];
      else if (sight !== 'hidden') {
        this.access.noted.masked.add(name);
        shown[name] =
          sight === 'redacted' ? REDACTED : this.access.hash(this.table, name, item[name]);
      }
    }
    return shown;
  }
}

/** Refuses an attribute that may not be read where a request names it. */
export function refuseUnreadable(access: Access, name: string, path = ''): void {
  refuse(access, path, `your role cannot read the attribute "${name.slice(0, LONGEST_NAME)}"`);
}

const LONGEST_NAME = 128;

/**
 * What a call may read as a tool does; undefined where no policy says. Refuses what no grant is
 * about.
 */
export function readGuard(
  { access }: Call,
  entry: string,
  { table, index }: Place,
  schema: TableSchema,
): ReadGuard | undefined {
  if (!access) return undefined;
  return guardOf(access, table, schema, grantsFor(access, entry, { table, index }, schema));
}

/** What a write may show of items: that of the role's grants that read. */
export function backGuard(access: Access, table: string, schema: TableSchema): ReadGuard {
  const grants = access.grants.filter(
    ({ table: of, tools }) =>
      of === table && (tools === '*' || [...tools].some((tool) => access.readingTools.has(tool))),
  );
  return guardOf(access, table, schema, grants);
}

function guardOf(access: Access, table: string, schema: TableSchema, grants: readonly Grant[]) {
  return new ReadGuard(access, table, schema.names, grants.map(alternativeOf));
}
