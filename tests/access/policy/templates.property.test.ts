import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayOverlap } from '../../../src/access/policy/checks/overlap.ts';
import { bindPredicate, compilePredicate } from '../../../src/access/policy/matchers.ts';
import {
  bindTemplate,
  matcherTemplate,
  matcherTextProblem,
} from '../../../src/access/policy/template.ts';
import type { Matcher } from '../../../src/dynamodb/guard/grant.ts';

/** Few letters, so that delimiters, stars and whole literals occur in values often. */
const letters = fc.constantFrom('a', 'b', '#', '-', '*', '$', '{', '}', 'é', '😀');
const text = (maxLength: number) => fc.string({ unit: letters, maxLength });
const literal = fc.string({
  unit: fc.constantFrom('a', 'b', '#', '-', 'é', '😀'),
  minLength: 1,
  maxLength: 3,
});

/** Literals and variables in turns, as a pattern and as its parts. */
const pattern = fc
  .record({
    head: fc.option(literal, { nil: '' }),
    tail: fc.array(literal, { minLength: 1, maxLength: 3 }),
    isPrefix: fc.boolean(),
  })
  .map(({ head, tail, isPrefix }) => {
    const written = tail.map((after, index) => `\${v${index}}${after}`).join('');
    return { head, tail, isPrefix, source: `${head}${written}${isPrefix ? '*' : ''}` };
  });

const values = fc.array(text(6), { minLength: 3, maxLength: 3 });

const variablesOf = (given: readonly unknown[]) =>
  new Map(given.map((value, index) => [`v${index}`, value]));

/**
 * What the values were, read back from a text that a pattern made: each goes up to the first of its
 * delimiters. Undefined where the text is none of the pattern's.
 */
function readBack(made: string, head: string, tail: readonly string[]): string[] | undefined {
  if (!made.startsWith(head)) return undefined;
  let rest = made.slice(head.length);
  const found: string[] = [];
  for (const after of tail) {
    const [delimiter = ''] = after;
    const end = rest.indexOf(delimiter);
    if (end <= 0 || !rest.startsWith(after, end)) return undefined;
    found.push(rest.slice(0, end));
    rest = rest.slice(end + after.length);
  }
  return found;
}

test('whatever follows a bound prefix, its values can be read back and are those of its owner', () => {
  fc.assert(
    fc.property(pattern, values, text(8), ({ head, tail, source, isPrefix }, given, rest) => {
      expect(matcherTextProblem(source)).toBeUndefined();
      const bound = bindTemplate(matcherTemplate(source), variablesOf(given));
      if (bound === undefined) return;

      expect(readBack(isPrefix ? bound + rest : bound, head, tail)).toEqual(
        given.slice(0, tail.length),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('no text is within the scope of two who differ in a variable', () => {
  fc.assert(
    fc.property(pattern, values, values, text(8), ({ tail, source }, mine, yours, rest) => {
      const [one, other] = [mine, yours].map((given) =>
        bindTemplate(matcherTemplate(source), variablesOf(given)),
      );
      if (one === undefined || other === undefined) return;
      const areSame = tail.every((_, index) => mine[index] === yours[index]);

      expect(`${one}${rest}`.startsWith(other)).toBe(areSame);
    }),
    { numRuns: 2_000 },
  );
});

test('a value is refused exactly where it could not be read back', () => {
  fc.assert(
    fc.property(pattern, values, ({ tail, source }, given) => {
      const isGood = tail.every((after, index) => {
        const value = given[index] ?? '';
        const [delimiter = ''] = after;
        return value !== '' && !value.includes(delimiter);
      });

      expect(bindTemplate(matcherTemplate(source), variablesOf(given)) !== undefined).toBe(isGood);
    }),
    { numRuns: 1_000 },
  );
});

const scalars = fc.oneof(
  fc.constantFrom('a', 'ab', 'b', 'a*', 'b*', 'ab*', '*'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
);
const matchers = fc.oneof(
  scalars,
  fc.array(scalars, { minLength: 1, maxLength: 3 }),
  fc.boolean().map((exists) => ({ exists })),
  fc.constantFrom(
    { between: ['a', 'ab'] as [string, string] },
    { between: [1, 2] as [number, number] },
  ),
);
const stored = fc.option(
  fc.oneof(
    fc.constantFrom('a', 'ab', 'abc', 'b', ''),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
  ),
  { nil: undefined },
);

/** What a matcher means, said once more. */
function holds(matcher: Matcher, value: unknown): boolean {
  if (matcher.is === 'any') return matcher.of.some((each) => holds(each, value));
  if (matcher.is === 'present') return matcher.present === (value !== undefined);
  if (matcher.is === 'prefix')
    return typeof value === 'string' && value.indexOf(matcher.text) === 0;
  if (matcher.is === 'equal') return matcher.value === value;
  const { low, high } = matcher;
  if (typeof value === 'number')
    return typeof low === 'number' && typeof high === 'number' && value >= low && value <= high;
  return (
    typeof value === 'string' &&
    typeof low === 'string' &&
    typeof high === 'string' &&
    value >= low &&
    value <= high
  );
}

test('predicates that are called disjoint have no item in common', () => {
  fc.assert(
    fc.property(matchers, matchers, stored, (one, other, value) => {
      const [first, second] = [one, other].map((a) => compilePredicate({ a }));
      if (!first || !second || mayOverlap(first, second)) return;
      const meets = (template: typeof first) => {
        const matcher = bindPredicate(template, new Map())?.get('a');
        return matcher !== undefined && holds(matcher, value);
      };

      expect(meets(first) && meets(second)).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});
