import type { Matcher } from '../../../dynamodb/guard/grant.ts';
import { compareValues, orderedType } from '../../../dynamodb/values/compare-values.ts';
import type { NativeValue } from '../../../dynamodb/values/native-values.ts';
import type { MatcherTemplate, PredicateTemplate } from '../matchers.ts';
import { isSameScalar } from '../scalars.ts';
import type { Template } from '../template.ts';

/** Whether an item may satisfy both predicates; false only where none can, whatever the variables. */
export function mayOverlap(one: PredicateTemplate, other: PredicateTemplate): boolean {
  return ![...one].some(([name, matcher]) => {
    const opposite = other.get(name);
    return opposite !== undefined && areDisjoint(matcher, opposite);
  });
}

function areDisjoint(one: MatcherTemplate, other: MatcherTemplate): boolean {
  if (one.is === 'any') return one.of.every((each) => areDisjoint(each, other));
  if (other.is === 'any') return other.of.every((each) => areDisjoint(one, each));
  return areSetsDisjoint(valuesOf(one), valuesOf(other));
}

/** What is known of the values that a matcher takes. */
type Values =
  | { readonly is: 'absent' | 'anything' }
  | { readonly is: 'one'; readonly value: NativeValue }
  | { readonly is: 'texts'; readonly head: string }
  | { readonly is: 'range'; readonly low: NativeValue; readonly high: NativeValue };

function valuesOf(matcher: Exclude<MatcherTemplate, { is: 'any' }>): Values {
  return matcher.is === 'text' ? valuesOfText(matcher.template) : valuesOfFixed(matcher.matcher);
}

function valuesOfText({ parts, isPrefix }: Template): Values {
  const [first] = parts;
  const head = first && 'text' in first ? first.text : '';
  const isWhole = parts.every((part) => 'text' in part);
  return isWhole && !isPrefix ? { is: 'one', value: head } : { is: 'texts', head };
}

function valuesOfFixed(matcher: Matcher): Values {
  if (matcher.is === 'equal') return { is: 'one', value: matcher.value };
  if (matcher.is === 'between') return { is: 'range', low: matcher.low, high: matcher.high };
  if (matcher.is === 'present' && !matcher.present) return { is: 'absent' };
  return { is: 'anything' };
}

function areSetsDisjoint(one: Values, other: Values): boolean {
  if (one.is === 'absent' || other.is === 'absent') return one.is !== other.is;
  if (one.is === 'anything' || other.is === 'anything') return false;
  if (one.is === 'one') return !mayHold(other, one.value);
  if (other.is === 'one') return !mayHold(one, other.value);
  if (one.is === 'texts' && other.is === 'texts') {
    return !one.head.startsWith(other.head) && !other.head.startsWith(one.head);
  }
  return typeOf(one) !== typeOf(other);
}

function mayHold(values: Values, value: NativeValue): boolean {
  if (values.is === 'one') return isSameScalar(values.value, value);
  if (values.is === 'texts') return typeof value === 'string' && value.startsWith(values.head);
  if (values.is !== 'range' || orderedType(value) !== typeOf(values)) return false;
  return compareValues(values.low, value) <= 0 && compareValues(value, values.high) <= 0;
}

function typeOf(values: Values): string | undefined {
  if (values.is === 'texts') return 'S';
  return values.is === 'range' ? orderedType(values.low) : undefined;
}
