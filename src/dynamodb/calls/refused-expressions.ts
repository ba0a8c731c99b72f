import type { ErrorCode } from '../../errors.ts';

/** What DynamoDB says when it refuses a request, and the sentence of ours in its place. */
export interface Refusal {
  /** Found in DynamoDB's text; groups may capture names, which come from the caller. */
  pattern: RegExp;
  sentence: string | ((...captured: string[]) => string);
  code?: ErrorCode;
}

/** Faults of expressions: their functions, operands, clauses and indexes. */
export const REFUSED_EXPRESSIONS: readonly Refusal[] = [
  {
    pattern: /from (?:a )?backfilling|secondary index .{0,300}(?:is being created|is backfilling)/,
    sentence: 'The index is still being made and cannot be read yet.',
    code: 'StorageUnavailable',
  },
  {
    pattern: /The "(\w{1,16})" section can only be used once/,
    sentence: (clause) =>
      `The update expression has two ${clause} clauses; write one, with commas between its actions.`,
  },
  {
    pattern: /Invalid function name; function: ([\w.]{1,64})/,
    sentence: (name) =>
      `DynamoDB has no function "${name}": there are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains and size, and in updates if_not_exists and list_append.`,
  },
  {
    pattern: /Incorrect number of operands[^;]*(?:; operator or function: ([\w<>=]{1,32}))?/,
    sentence: (name = 'A function') => `${quoted(name)} has too few or too many operands.`,
  },
  {
    pattern: /function is not allowed to be used this way[^;]*(?:; function: (\w{1,32}))?/,
    sentence: (name = 'A function') =>
      `${quoted(name)} cannot stand there: size gives a number to compare, the other functions stand alone, and if_not_exists and list_append stand in SET.`,
  },
  {
    pattern: /requires a document path[^;]*(?:; operator or function: (\w{1,32}))?/,
    sentence: (name = 'A function') =>
      `${quoted(name)} takes an attribute as its first operand, not a value.`,
  },
  {
    pattern: /operand must be distinct from the remaining operands/,
    sentence: 'A comparison needs two different operands.',
  },
  {
    pattern:
      /Condition parameter type does not match schema type|is not valid for \w+ AttributeValue type|Cannot convert (?:partition|sort) key value/,
    sentence:
      "A value in the key condition does not have the key's type; describe_table shows it, and values are plain JSON.",
  },
  {
    pattern: /only contain one condition per key/,
    sentence: 'key_condition compares a key attribute twice; use BETWEEN for a range.',
  },
  {
    pattern: /IN operator is provided with too many|too many operands/i,
    sentence: '"IN" takes at most 100 operands.',
  },
  {
    pattern: /does not project/,
    sentence:
      'The index does not hold all attributes that are asked for; describe_table shows which it holds.',
  },
  {
    pattern: /Invalid attribute type name/,
    sentence:
      'attribute_type takes one of "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS".',
  },
  {
    pattern: /set\s+may not (?:be empty|have an? empty)|sets? (?:should|must) not be empty/i,
    sentence: 'A set must not be empty, nor hold an empty string.',
  },
  {
    pattern: /Input collection .{0,2048}contains duplicates/s,
    sentence: 'A set must not contain duplicates.',
  },
  {
    pattern: /Key attributes must be scalars/,
    sentence: 'A key attribute has no parts: name it alone.',
  },
  {
    pattern: /less than (?:parameter )?TotalSegments/,
    sentence: 'segment must be less than total_segments.',
  },
  {
    pattern: /[Aa]ttribute name.{0,64}(?:too large|too long|exceed)/,
    sentence:
      'An attribute name is too long: it may have 64 KB, that of a key attribute 255 bytes.',
  },
  {
    pattern: /Select type|when choosing to get|Select (?:is|must)/i,
    sentence: 'select cannot be combined with the projection or the index of this request.',
  },
  {
    pattern: /BETWEEN operator requires same data type/,
    sentence: 'The two bounds of "between" must have one type.',
  },
  {
    pattern: /cannot be converted to a numeric value/,
    sentence: 'A number is not written in decimal notation.',
  },
  {
    pattern: /only be used with lists?|list index|invalid list|number in brackets/i,
    sentence: 'An index in brackets, as in a[0], must be a whole number after a list.',
  },
  // Texts of Dynoxide.
  {
    pattern: /Expected .{1,64}, got end of expression|Unexpected end of \w{1,32}Expression/,
    sentence: 'The expression ends too early.',
  },
  {
    pattern: /Expected comparison operator/,
    sentence: 'A comparison lacks its operator: =, <>, <, <=, >, >=, BETWEEN or IN.',
  },
  {
    pattern: /Expected .{1,64}, got (.{1,64})|Unexpected token in ProjectionExpression: (.{1,64})/,
    sentence: (expected, unexpected = expected) =>
      `The expression has a syntax error at "${unexpected}".`,
  },
  {
    pattern: /Operands for [+-] must be numbers/,
    sentence: 'The update does not fit the type of the stored attribute.',
  },
];

function quoted(name: string): string {
  return name === 'A function' ? name : `"${name}"`;
}
