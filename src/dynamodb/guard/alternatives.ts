import type { Grant } from './grant.ts';
import { matches, type Rule } from './matching.ts';

/** A grant that a call may use, and what is still to be checked of an item for it to hold. */
export interface Alternative {
  readonly grant: Grant;
  readonly rules: readonly Rule[];
}

const whole = new WeakMap<Grant, Alternative>();

/** A grant with all of its rules; always the same object. */
export function alternativeOf(grant: Grant): Alternative {
  const known = whole.get(grant) ?? { grant, rules: [...grant.items] };
  whole.set(grant, known);
  return known;
}

/** The alternatives that what is known allows, without the rules that it meets. */
export function narrowed(
  alternatives: readonly Alternative[],
  known: Readonly<Record<string, unknown>>,
): Alternative[] {
  const found: Alternative[] = [];
  for (const { grant, rules } of alternatives) {
    const left = rulesLeft(rules, known);
    if (left) found.push({ grant, rules: left });
  }
  return found;
}

/** The rules that what is known does not decide; undefined where it breaks one. */
export function rulesLeft(
  rules: Iterable<Rule>,
  known: Readonly<Record<string, unknown>>,
): Rule[] | undefined {
  const left: Rule[] = [];
  for (const rule of rules) {
    if (!Object.hasOwn(known, rule[0])) left.push(rule);
    else if (!matches(rule[1], known[rule[0]])) return undefined;
  }
  return left;
}
