import { compareValues, orderedType } from '../../dynamodb/values/compare-values.ts';
import { isExactNumber } from '../../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { isBetween } from './checks/between.ts';
import { checkedScalar, isSameScalar, nativeScalar } from './scalars.ts';
import type { Scalar } from './shape/fields.ts';
import type { ClaimMatcherText } from './shape/matchers.ts';

/** Whether a claim is what an entry asks for; undefined is a claim that is not there. */
export type ClaimMatcher = (claim: unknown) => boolean;

/** A claim by its literal name, or by a JSON pointer; only what the token itself holds. */
export function claimOf(claims: JsonObject, name: string): unknown {
  if (!name.startsWith('/')) return ownMember(claims, name);
  const steps = name.slice(1).split('/');
  return steps.reduce<unknown>(
    (value, step) => ownMember(value, step.replaceAll('~1', '/').replaceAll('~0', '~')),
    claims,
  );
}

function ownMember(value: unknown, name: string): unknown {
  if (Array.isArray(value))
    return /^(0|[1-9]\d{0,8})$/.test(name) ? value[Number(name)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The test for a claim that a checked entry asks for. */
export function compileClaim(matcher: ClaimMatcherText): ClaimMatcher {
  if (Array.isArray(matcher)) {
    const any = matcher.map(equalOrPrefix);
    return (claim) => any.some((matches) => matches(claim));
  }
  if (typeof matcher !== 'object' || isExactNumber(matcher)) return equalOrPrefix(matcher);
  if (isBetween(matcher)) return within(matcher.between);
  if ('exists' in matcher)
    return (claim) => ((claim ?? undefined) !== undefined) === matcher.exists;
  if (!('contains' in matcher)) return () => false;
  const matches = equalOrPrefix(matcher.contains);
  // A text is no list: `contains` would find `admin` in `not-admin`.
  return (claim) => Array.isArray(claim) && claim.some(matches);
}

function equalOrPrefix(value: Scalar): ClaimMatcher {
  if (typeof value === 'string' && value.endsWith('*')) {
    const head = value.slice(0, -1);
    return (claim) => typeof claim === 'string' && claim.startsWith(head);
  }
  return (claim) => isSameScalar(claim, value);
}

function within([low, high]: readonly [Scalar, Scalar]): ClaimMatcher {
  const [from, to] = [checkedScalar(low), checkedScalar(high)];
  const type = orderedType(from);
  return (claim) => {
    if (typeof claim !== 'string' && !isExactNumber(claim)) return false;
    const value = nativeScalar(claim);
    if (value === undefined || orderedType(value) !== type) return false;
    return compareValues(from, value) <= 0 && compareValues(value, to) <= 0;
  };
}
