import type { Refusal } from './refused-expressions.ts';

/** Faults of vectors that are written, and of searches among them. */
export const REFUSED_VECTORS: readonly Refusal[] = [
  {
    pattern:
      /Invalid size for parameter ([^,]{1,255}), Expected: (\d{1,6}), Actual: (\d{1,9})(?:,?\.? IndexName: ([\w.-]{1,255}))?/,
    sentence: (attribute, expected, actual, index) =>
      `"${attribute}" must be a list of ${expected} numbers, as ${vectorIndex(index)} requires; it has ${actual}.`,
  },
  {
    pattern:
      /Invalid type for parameter ([^,]{1,255}), Expected: 32-bit(?:.{0,64}? IndexName: ([\w.-]{1,255}))?/,
    sentence: (attribute, index) =>
      `"${attribute}" must be a list of numbers that fit into 32 bits, as ${vectorIndex(index)} requires.`,
  },
  {
    pattern: /Attribute '([^']{1,255})' type mismatch/,
    sentence: (attribute) =>
      `"${attribute}" has a different type than a vector index of the table requires; describe_table shows it.`,
  },
  {
    pattern: /vector dimension (\d{1,6}) does not match vector index dimension (\d{1,6})/,
    sentence: (actual, expected) =>
      `The vector has ${actual} numbers; the index requires ${expected}.`,
  },
  {
    pattern: /SearchConditionExpression must be provided/,
    sentence:
      'The vector index is divided by an attribute: say which part in partition; describe_table shows by which.',
  },
  {
    pattern: /attributes? that (?:is|are) not in SearchSchema\. Invalid attribute: (.{1,255})/,
    sentence: (name) =>
      `The vector index cannot filter by "${name}"; describe_table shows by what it can.`,
  },
  {
    pattern: /Invalid comparator used in SearchConditionExpression/,
    sentence: 'The search_condition has an operator that the vector index does not support; use =.',
  },
  {
    pattern: /only contain one condition per attribute/,
    sentence:
      'The search names an attribute twice; partition and filter say the same as a search_condition.',
  },
  {
    pattern: /Type of '([^']{1,255})' attribute in SearchConditionExpression/,
    sentence: (name) =>
      `The search compares "${name}" with a value of another type than describe_table shows.`,
  },
  {
    pattern: /[Vv]ector.{0,300}(?:dimension|length|size)|dimensions? of the vector/,
    sentence:
      'A vector does not have as many numbers as its index requires; describe_table shows how many.',
  },
];

function vectorIndex(name: string | undefined): string {
  return name ? `the vector index ${name}` : 'its vector index';
}
