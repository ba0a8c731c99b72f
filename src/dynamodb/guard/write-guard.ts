import type { Call } from '../calls/call.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import type { NativeItem, NativeValue } from '../values/native-values.ts';
import { type Access, grantsFor, refuse } from './access.ts';
import type { Alternative } from './alternatives.ts';
import type { Cover } from './cover.ts';
import type { Grant } from './grant.ts';
import type { Guarded } from './guarded-write.ts';
import type { Rule } from './matching.ts';
import { putCover } from './put-cover.ts';
import { backGuard, type ReadGuard, refuseUnreadable } from './read-guard.ts';
import { sightOf } from './read-rules.ts';
import { type AskedUpdate, updateCover } from './update-cover.ts';
import { mayWrite, NOT_YOURS, OUTSIDE, rulesForKey, type Shortcoming } from './write-rules.ts';

const OPEN: Cover = { absent: true, existing: [[]], scope: [[]] };

/** A write that a role covers, and what it writes besides. */
export interface Covered extends Guarded {
  readonly set: ReadonlyMap<string, NativeValue>;
}

/** How a call may write to a table as one tool does. */
export class WriteGuard {
  /** How what a write gives back is seen. */
  readonly back: ReadGuard;
  readonly #access: Access;
  readonly #grants: readonly Grant[];
  readonly #keys: ReadonlySet<string>;

  constructor(access: Access, grants: readonly Grant[], table: string, schema: TableSchema) {
    this.#access = access;
    this.#grants = grants;
    this.#keys = schema.names;
    this.back = backGuard(access, table, schema);
  }

  /** Refuses names that no grant lets be written, before anything else is said of them. */
  refuseUnwritable(names: Iterable<string>, path: string): void {
    for (const name of names) {
      if (this.#grants.some((grant) => mayWrite(grant, name, this.#keys))) continue;
      this.#refuse([{ path: `${path}.${name}`, message: NOT_YOURS }]);
      return;
    }
  }

  put(item: NativeItem, key: NativeItem, reads: readonly string[], path: string): Covered {
    return this.#covered((grant) => putCover(grant, item, key, path), key, reads);
  }

  update(asked: AskedUpdate, reads: readonly string[]): Covered {
    return this.#covered((grant) => updateCover(grant, asked), asked.key, reads);
  }

  delete(key: NativeItem, reads: readonly string[], path: string): Covered {
    const cover = (grant: Grant): Cover | Shortcoming => {
      const rules = rulesForKey(grant, key);
      return rules
        ? { absent: true, existing: [rules], scope: [rules] }
        : { path, message: OUTSIDE };
    };
    return this.#covered(cover, key, reads);
  }

  #covered(
    coverOf: (grant: Grant) => Cover | Shortcoming,
    key: NativeItem,
    reads: readonly string[],
  ): Covered {
    const found = this.#grants.map((grant) => ({ grant, cover: coverOf(grant) }));
    const covering = found.flatMap(({ grant, cover }) =>
      'path' in cover ? [] : [{ grant, cover }],
    );
    const [first] = covering;
    if (!first) {
      this.#refuse(found.flatMap(({ cover }) => ('path' in cover ? [cover] : [])));
      return this.#open();
    }
    for (const { grant } of covering) this.#access.noted.grants.add(grant.name);
    const readers = this.#readers(key, reads);
    const cover: Cover = {
      absent: covering.some((each) => each.cover.absent),
      existing: covering.flatMap((each) =>
        each.cover.existing.flatMap((rules) => withReaders(rules, each.grant, readers)),
      ),
      scope: covering.flatMap((each) => each.cover.scope),
    };
    if (this.#access.observes) return this.#open();
    return { cover, back: this.back, set: first.grant.write?.set ?? new Map() };
  }

  /** What observing comes to: whatever is stored, and nothing besides. */
  #open(): Covered {
    return { cover: OPEN, back: this.back, set: new Map() };
  }

  /** For every attribute that a write looks at the grants that show it; refuses those that none does. */
  #readers(key: NativeItem, reads: readonly string[]): Readers[] {
    const names = new Set(reads.filter((name) => !this.#keys.has(name)));
    const alternatives = this.back.reaching(key);
    return [...names].map((name) => {
      this.#access.noted.read.add(name);
      const readers = alternatives.filter((each) => shows(each, name, this.#keys));
      if (readers.length === 0) refuseUnreadable(this.#access, name);
      return readers;
    });
  }

  #refuse(shortcomings: readonly Shortcoming[]): void {
    // The one that fits best got furthest.
    const [last] = [...shortcomings].reverse();
    refuse(this.#access, last?.path ?? '', last?.message ?? 'Your role may not write this.');
  }
}

function shows({ grant }: Alternative, name: string, keys: ReadonlySet<string>): boolean {
  return sightOf(grant, name, keys) === 'plain';
}

/** The grants that show one attribute. */
type Readers = readonly Alternative[];

/**
 * The rules by which an item may be written to by one who may also see what the write looks at: of
 * several attributes each may be shown by a grant of its own.
 */
function withReaders(
  rules: readonly Rule[],
  grant: Grant,
  attributes: readonly Readers[],
): (readonly Rule[])[] {
  const isShown = (readers: Readers) =>
    readers.some((reader) => reader.grant === grant || reader.rules.length === 0);
  const asked = attributes.filter((readers) => !isShown(readers));
  // Attributes that the same grants show ask for the same.
  const distinct = new Map(asked.map((readers) => [readers.map(nameOf).join(), readers]));
  return [...distinct.values()].reduce<(readonly Rule[])[]>(
    (all, readers) => all.flatMap((each) => readers.map((reader) => [...each, ...reader.rules])),
    [rules],
  );
}

function nameOf({ grant }: Alternative): string {
  return grant.name;
}

/** How a call may write as a tool does; undefined where no policy says. Refuses what no grant is about. */
export function writeGuard(
  { access }: Call,
  entry: string,
  table: string,
  schema: TableSchema,
): WriteGuard | undefined {
  if (!access) return undefined;
  return new WriteGuard(access, grantsFor(access, entry, { table }, schema), table, schema);
}
