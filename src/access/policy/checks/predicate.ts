import { isExactNumber } from '../../../json/decimal.ts';
import type { Path } from '../problems.ts';
import { nativeScalar } from '../scalars.ts';
import type { Scalar } from '../shape/fields.ts';
import type { GrantText } from '../shape/grant.ts';
import type { ItemMatcherText } from '../shape/matchers.ts';
import { matcherTextProblem } from '../template.ts';
import { checkBetween, isBetween, NOT_STORED } from './between.ts';
import type { Check } from './known.ts';

const MOST_BYTES = 1_024;
const MOST_OPERATORS = 100;
/** So many values DynamoDB takes in one IN. */
const IN_VALUES = 100;
/** What a name, a value and what joins them take in an expression, with placeholders. */
const TERM_BYTES = 16;
const VALUE_BYTES = 7;

/** Whether a grant's predicate can be read, and is small enough to stand in an expression. */
export function checkPredicate(items: GrantText['items'], path: Path, check: Check): void {
  if (items === '*') return;
  for (const [name, matcher] of Object.entries(items)) {
    checkMatcher(matcher, [...path, name], check);
  }
  const sizes = Object.values(items).map(sizeOf);
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  const operators = sizes.reduce((sum, size) => sum + size.operators, 0);
  if (bytes > MOST_BYTES || operators > MOST_OPERATORS) {
    check.problem(path, 'makes an expression of more than 1 KB or 100 operators');
  }
}

function checkMatcher(matcher: ItemMatcherText, path: Path, check: Check): void {
  if (isBetween(matcher)) checkBetween(matcher.between, [...path, 'between'], check);
  else if (Array.isArray(matcher)) {
    matcher.forEach((value, index) => {
      checkValue(value, [...path, index], check);
    });
  } else if (typeof matcher !== 'object' || isExactNumber(matcher)) {
    checkValue(matcher, path, check);
  }
}

function checkValue(value: Scalar, path: Path, check: Check): void {
  const problem = typeof value === 'string' ? matcherTextProblem(value) : undefined;
  if (problem) check.problem(path, problem);
  if (nativeScalar(value) === undefined) check.problem(path, NOT_STORED);
}

interface Size {
  readonly bytes: number;
  readonly operators: number;
}

/** What a matcher takes in an expression: plain values of a list share an IN, prefixes stand alone. */
function sizeOf(matcher: ItemMatcherText): Size {
  if (!Array.isArray(matcher)) return { bytes: TERM_BYTES, operators: 2 };
  const isPrefix = (value: Scalar) => typeof value === 'string' && value.endsWith('*');
  const prefixes = matcher.filter(isPrefix).length;
  const lists = Math.ceil((matcher.length - prefixes) / IN_VALUES);
  const terms = prefixes + lists;
  const bytes = terms * TERM_BYTES + (matcher.length - prefixes) * VALUE_BYTES;
  return { bytes, operators: 2 * terms };
}
