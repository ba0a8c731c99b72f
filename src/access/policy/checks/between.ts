import { compareValues, orderedType } from '../../../dynamodb/values/compare-values.ts';
import { isExactNumber } from '../../../json/decimal.ts';
import type { Path } from '../problems.ts';
import { nativeScalar } from '../scalars.ts';
import type { Scalar } from '../shape/fields.ts';
import type { ClaimMatcherText } from '../shape/matchers.ts';
import type { Check } from './known.ts';

/** Whether a matcher is one of least and greatest values. */
export function isBetween(
  matcher: ClaimMatcherText,
): matcher is Extract<ClaimMatcherText, { between: unknown }> {
  return typeof matcher === 'object' && !isExactNumber(matcher) && 'between' in matcher;
}

/** Whether two values are of one type that has an order, and in it. */
export function checkBetween(
  [low, high]: readonly [Scalar, Scalar],
  path: Path,
  check: Check,
): void {
  if ([low, high].some((value) => typeof value === 'string' && /\*|\$\{/.test(value))) {
    check.problem(path, 'neither "*" nor variables are allowed here');
    return;
  }
  const [from, to] = [nativeScalar(low), nativeScalar(high)];
  if (from === undefined || to === undefined) {
    check.problem(path, NOT_STORED);
    return;
  }
  const type = orderedType(from);
  if (type === undefined || type !== orderedType(to)) {
    check.problem(path, 'must be two texts or two numbers');
    return;
  }
  if (compareValues(from, to) > 0) check.problem(path, 'must begin with the lower value');
}

/** Why a number is none that DynamoDB could hold. */
export const NOT_STORED =
  'a number must have at most 38 digits and be between 1E-130 and 9.99E+125';
