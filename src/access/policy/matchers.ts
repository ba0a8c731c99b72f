import type { Matcher, Predicate } from '../../dynamodb/guard/grant.ts';
import { isExactNumber } from '../../json/decimal.ts';
import { checkedScalar } from './scalars.ts';
import type { Scalar } from './shape/fields.ts';
import type { GrantText } from './shape/grant.ts';
import type { ItemMatcherText } from './shape/matchers.ts';
import { bindTemplate, matcherTemplate, type Template, type Variables } from './template.ts';

/** A matcher before its variables have values. */
export type MatcherTemplate =
  | { readonly is: 'fixed'; readonly matcher: Matcher }
  | { readonly is: 'text'; readonly template: Template }
  | { readonly is: 'any'; readonly of: readonly MatcherTemplate[] };

/** A predicate before its variables have values. */
export type PredicateTemplate = ReadonlyMap<string, MatcherTemplate>;

/** The predicate of a grant that has been checked. */
export function compilePredicate(items: GrantText['items']): PredicateTemplate {
  if (items === '*') return new Map();
  return new Map(Object.entries(items).map(([name, matcher]) => [name, compileMatcher(matcher)]));
}

/** A matcher that has been checked. */
function compileMatcher(text: ItemMatcherText): MatcherTemplate {
  if (Array.isArray(text)) return { is: 'any', of: text.map(compileScalar) };
  if (typeof text !== 'object' || isExactNumber(text)) return compileScalar(text);
  if ('exists' in text) return { is: 'fixed', matcher: { is: 'present', present: text.exists } };
  const [low, high] = text.between;
  return {
    is: 'fixed',
    matcher: { is: 'between', low: checkedScalar(low), high: checkedScalar(high) },
  };
}

function compileScalar(value: Scalar): MatcherTemplate {
  if (typeof value === 'string') return { is: 'text', template: matcherTemplate(value) };
  return { is: 'fixed', matcher: { is: 'equal', value: checkedScalar(value) } };
}

/** The predicate for somebody; undefined where a variable has no value. */
export function bindPredicate(
  template: PredicateTemplate,
  variables: Variables,
): Predicate | undefined {
  const predicate = new Map<string, Matcher>();
  for (const [name, matcher] of template) {
    const bound = bindMatcher(matcher, variables);
    if (!bound) return undefined;
    predicate.set(name, bound);
  }
  return predicate;
}

function bindMatcher(matcher: MatcherTemplate, variables: Variables): Matcher | undefined {
  if (matcher.is === 'fixed') return matcher.matcher;
  if (matcher.is === 'any') {
    const of = matcher.of.map((each) => bindMatcher(each, variables));
    return of.every((each) => each !== undefined) ? { is: 'any', of } : undefined;
  }
  const text = bindTemplate(matcher.template, variables);
  if (text === undefined) return undefined;
  return matcher.template.isPrefix ? { is: 'prefix', text } : { is: 'equal', value: text };
}
