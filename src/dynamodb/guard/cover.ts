import type { Expressions } from '../expressions/expressions.ts';
import { anyOf, conditionOf } from './conditions.ts';
import { holds, type Rule } from './matching.ts';

/** What must be stored for a write to be within a role: nothing, or an item by one of several sets of rules. */
export interface Cover {
  /** Whether it may create an item. */
  readonly absent: boolean;
  /** By which rules it may change an item that is there. */
  readonly existing: readonly (readonly Rule[])[];
  /** The items that its grants are about. */
  readonly scope: readonly (readonly Rule[])[];
}

/** Whether a write is within a role, whatever is stored. */
export function isUnconditional({ absent, existing }: Cover): boolean {
  return absent && existing.some((rules) => rules.length === 0);
}

/**
 * A cover as a condition of the write; undefined where it holds for any stored item. What may not
 * create must ask for an item besides.
 */
export function coverCondition(
  cover: Cover,
  partitionKey: string,
  expressions: Expressions,
): string | undefined {
  // Whatever is stored will do; placeholders that no expression uses would be refused.
  if (cover.existing.some((rules) => rules.length === 0)) return undefined;
  const none = () => `attribute_not_exists(${expressions.name(partitionKey)})`;
  if (!cover.absent && cover.existing.length === 0) {
    return `${none()} AND attribute_exists(${expressions.name(partitionKey)})`;
  }
  const alternatives = cover.existing.map((rules) => conditionOf(rules, expressions));
  return anyOf(cover.absent ? [none(), ...alternatives] : alternatives);
}

/** Whether an item that is stored may be written to; null stands for none. */
export function covers(cover: Cover, stored: Readonly<Record<string, unknown>> | null): boolean {
  if (stored === null) return cover.absent;
  return cover.existing.some((rules) => holds(rules, stored));
}

/** Whether a stored item is one that the write's grants are about. */
export function isInScope({ scope }: Cover, stored: Readonly<Record<string, unknown>>): boolean {
  return scope.some((rules) => holds(rules, stored));
}
