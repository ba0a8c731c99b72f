import type { Matcher } from '../../dynamodb/guard/grant.ts';
import type { KeyType } from '../../dynamodb/tables/table-schema.ts';
import { orderedType } from '../../dynamodb/values/compare-values.ts';
import type { MatcherTemplate } from './matchers.ts';

const TYPE_NAMES: Readonly<Record<KeyType, string>> = { S: 'a text', N: 'a number', B: 'binary' };

/**
 * Why a matcher could never hold for an attribute of a key, or always does; undefined where it can.
 * Attributes of the table's own key are always there.
 */
export function keyMatcherProblem(
  matcher: MatcherTemplate,
  type: KeyType,
  isTableKey: boolean,
): string | undefined {
  if (matcher.is === 'any') {
    return matcher.of.map((each) => keyMatcherProblem(each, type, isTableKey)).find(Boolean);
  }
  if (matcher.is === 'fixed' && matcher.matcher.is === 'present') {
    return isTableKey && !matcher.matcher.present
      ? 'is a key attribute, which every item has'
      : undefined;
  }
  const asked = matcher.is === 'text' ? 'S' : typeOf(matcher.matcher);
  return asked === type ? undefined : `is ${TYPE_NAMES[type]} in a key, which this never matches`;
}

function typeOf(matcher: Matcher): string | undefined {
  if (matcher.is === 'equal') return orderedType(matcher.value);
  return matcher.is === 'between' ? orderedType(matcher.low) : 'S';
}
