import type { Expressions } from './expressions.ts';

/** A projection that surely holds some attributes, and how to take the added ones out again. */
export interface Projection {
  expression: string | undefined;
  /** The attributes that the caller asked for by name; undefined where all are returned. */
  named: ReadonlySet<string> | undefined;
  /** Removes from an item what the caller did not ask for, in place. */
  strip(item: Record<string, unknown>): void;
}

/**
 * Adds attributes that the caller's projection lacks; without a projection all are there. `asked` has
 * the attributes that the caller named, where the projection has not all of them.
 */
export function projectionWith(
  attributes: string[],
  projection: string | undefined,
  expressions: Expressions,
  asked?: ReadonlySet<string>,
): Projection {
  if (projection === undefined) {
    return { expression: undefined, named: undefined, strip: () => {} };
  }
  const written = new Set(
    projection.split(',').map((path) => expressions.resolve(path.trim().split(/[.[]/)[0] ?? '')),
  );
  const named = asked ?? written;
  const missing = attributes.filter((name) => !written.has(name));
  const added = attributes.filter((name) => !named.has(name));
  return {
    named,
    expression: [projection, ...missing.map((name) => expressions.name(name))]
      .filter(Boolean)
      .join(),
    strip: (item) => {
      for (const name of added) delete item[name];
    },
  };
}
