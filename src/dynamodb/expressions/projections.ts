import type { Expressions } from './expressions.ts';

/** A projection that surely holds some attributes, and how to take the added ones out again. */
export interface Projection {
  expression: string | undefined;
  /** The attributes that the caller asked for by name; undefined where all are returned. */
  named: ReadonlySet<string> | undefined;
  /** Removes from an item what the caller did not ask for, in place. */
  strip(item: Record<string, unknown>): void;
}

/** Adds attributes that the caller's projection lacks; without a projection all are there. */
export function projectionWith(
  attributes: string[],
  projection: string | undefined,
  expressions: Expressions,
): Projection {
  if (projection === undefined) {
    return { expression: undefined, named: undefined, strip: () => {} };
  }
  const named = new Set(
    projection.split(',').map((path) => expressions.resolve(path.trim().split(/[.[]/)[0] ?? '')),
  );
  const added = attributes.filter((name) => !named.has(name));
  return {
    named,
    expression: [projection, ...added.map((name) => expressions.name(name))].filter(Boolean).join(),
    strip: (item) => {
      for (const name of added) delete item[name];
    },
  };
}
