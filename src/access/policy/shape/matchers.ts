import { z } from 'zod';
import { listOf, namedBy, scalar, unless } from './fields.ts';

const exists = z.strictObject({
  exists: z.boolean().describe('Whether there must be one, or must be none.'),
});

const bound = z.union([z.string(), scalar]);
const between = z.strictObject({
  between: z
    .tuple([bound, bound], unless('must be two values, the lower one first'))
    .describe('Least and greatest value: two numbers, or two texts by their UTF-8 bytes.'),
});

const contains = z.strictObject({
  contains: scalar.describe('What a list must have among its elements.'),
});

const anyOf = listOf(scalar);

/** What one attribute of an item must be. */
const itemMatcher = z.union(
  [scalar, anyOf, exists, between],
  unless('must be a value, a list of values, {exists: …} or {between: [a, b]}'),
);

/** What one claim of a token must be. */
const claimMatcher = z.union(
  [scalar, anyOf, exists, between, contains],
  unless('must be a value, a list of values, {exists: …}, {between: [a, b]} or {contains: …}'),
);

export type ItemMatcherText = z.output<typeof itemMatcher>;
export type ClaimMatcherText = z.output<typeof claimMatcher>;

/** Which items: attribute → what it must be, all of them. */
export const items = z.union(
  [z.literal('*'), namedBy(itemMatcher)],
  unless('must be "*" for all items, or attributes and what they must be'),
);

export const claims = namedBy(claimMatcher);
