import type { Expressions } from './expressions.ts';

/** A projection that surely holds some attributes, and how to take the added ones out again. */
export interface Projection {
  expression: string | undefined;
  /** Removes from an item what the caller did not ask for, in place. */
  strip(item: Record<string, unknown>): void;
}

/** Adds attributes that the caller's projection lacks; without a projection all are there. */
export function projectionWith(
  attributes: string[],
  projection: string | undefined,
  expressions: Expressions,
): Projection {
  if (projection === undefined) return { expression: undefined, strip: () => {} };
  const asked = new Set(
    projection.split(',').map((path) => expressions.resolve(path.trim().split(/[.[]/)[0] ?? '')),
  );
  const added = attributes.filter((name) => !asked.has(name));
  return {
    expression: [projection, ...added.map((name) => expressions.name(name))].filter(Boolean).join(),
    strip: (item) => {
      for (const name of added) delete item[name];
    },
  };
}
