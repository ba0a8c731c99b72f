import type { Refusal } from './refused-expressions.ts';

/** How DynamoDB says that an expression uses a reserved word as a name. */
export const RESERVED_WORD = /reserved keyword: (\w{1,64})/;

/** How it says that it cannot read an expression, for which a word of its grammar may be to blame. */
export const UNREADABLE =
  /^(?:1 validation error detected: )?Invalid \w+: (?:Syntax error|Expected )/;

/** Faults of names, values, keys and items, and what is left of expressions. */
export const REFUSED_REQUESTS: readonly Refusal[] = [
  {
    pattern: RESERVED_WORD,
    sentence: (word) =>
      `"${word}" is a reserved word: write #name in the expression and {"#name": "${word}"} in expression_names.`,
  },
  {
    pattern: /Item size (?:to update )?has exceeded the maximum allowed size/,
    sentence: 'The item is larger than 400 KB, the most that DynamoDB stores in one item.',
    code: 'TooLarge',
  },
  {
    pattern: /attribute value used in expression is not defined; attribute value: (:[\w-]{1,64})/,
    sentence: (name) => `The expression uses ${name}, which expression_values does not define.`,
  },
  {
    pattern:
      /attribute name used in the document path is not defined; attribute name: (#[\w-]{1,64})/,
    sentence: (name) => `The expression uses ${name}, which expression_names does not define.`,
  },
  {
    pattern: /unused in expressions: keys: \{([#:][\w-]{1,64})/,
    sentence: (name) => `No expression uses ${name}; leave it out.`,
  },
  {
    pattern: /can only be specified when using expressions/,
    sentence: 'expression_names and expression_values need an expression that uses them.',
  },
  {
    pattern: /contains invalid key: Syntax error/,
    sentence:
      'The names in expression_names must be # and letters or digits, those in expression_values : and letters or digits.',
  },
  {
    pattern: /does not have the specified index/,
    sentence: 'The table has no index of this name.',
  },
  {
    pattern: /Consistent reads are not supported on global secondary indexes/,
    sentence: 'A global secondary index cannot be read consistently; leave consistent_read out.',
  },
  {
    pattern: /Query condition missed key schema element: (.{1,255})/,
    sentence: (name) => `key_condition must say "${name} = :value" for the partition key.`,
  },
  {
    pattern:
      /Query key condition not supported|in KeyConditionExpression|KeyConditionExpressions|partition key must use equality/,
    sentence:
      'key_condition must be "=" on the partition key, with at most one comparison of the sort key.',
  },
  {
    pattern: /Filter Expression can only contain non-primary key attributes/,
    sentence:
      'A filter must not use key attributes; those belong in key_condition, or key and sort_key.',
  },
  {
    pattern: /starting key|ExclusiveStartKey|Exclusive Start Key/i,
    sentence: 'last_evaluated_key is not one that this request returned; start without it.',
  },
  {
    pattern: /Cannot update attribute|part of the key/,
    sentence: 'Key attributes cannot be updated; put a new item and delete the old one.',
  },
  {
    pattern: /key element does not match the schema|Missing the key|not given a value/,
    sentence: "The key does not match the table's key schema; describe_table shows it.",
  },
  {
    pattern: /Type mismatch for (?:key|Index Key)|secondary index key to unsupported type/i,
    sentence: 'A key attribute of the table or of an index has the wrong type.',
  },
  {
    pattern: /cannot contain an empty|empty string value/,
    sentence: 'A key attribute of the table or of an index must not be empty.',
  },
  {
    pattern: /Size of hashkey|range keys has exceeded|maximum size limit of ?(?:1024|2048)/,
    sentence: 'A partition key holds at most 2,048 bytes and a sort key at most 1,024.',
  },
  {
    pattern: /Two document paths overlap|overlap with each other|conflict with each other/,
    sentence: 'Two paths of the expression overlap.',
  },
  {
    pattern: /refers to an attribute that does not exist in the item/,
    sentence: 'The update uses an attribute that the item does not have.',
  },
  {
    pattern: /document path provided in the update expression is invalid/,
    sentence: 'The update names a path whose parent the item does not have.',
  },
  {
    pattern:
      /operand in the update expression has an incorrect data type|Type mismatch for attribute/,
    sentence: 'The update does not fit the type of the stored attribute.',
  },
  {
    pattern: /Incorrect operand type for operator or function/,
    sentence:
      'The expression uses a value of a type that its operator or function does not accept.',
  },
  {
    pattern: /Number (?:over|under)flow|more than 38 significant digits/,
    sentence: 'A number is outside the 38 digits or the range that DynamoDB stores.',
  },
  {
    pattern: /[Nn]esting [Ll]evels have exceeded/,
    sentence: 'A value or expression is nested too deeply.',
  },
  {
    pattern:
      /Expression size has exceeded|expression size|maximum operator count|operators exceeded/i,
    sentence: 'The expression is longer than DynamoDB allows (4 KB, 300 operators).',
  },
  {
    pattern: /Syntax error; token: "?<EOF>/,
    sentence: 'The expression ends too early.',
  },
  {
    pattern: /Syntax error; token: "?(.{1,64}?)"?(?:, near: |$)/s,
    sentence: (token) => `The expression has a syntax error at "${token}".`,
  },
  { pattern: /Syntax error/, sentence: 'The expression has a syntax error.' },
  {
    pattern: /lower bound is greater than the upper bound|BETWEEN operator/,
    sentence: 'The lower bound of "between" must not be greater than the upper bound.',
  },
  {
    pattern: /redundant parentheses/,
    sentence: 'The expression has two pairs of parentheses around the same thing; leave one out.',
  },
  { pattern: /expression can not be empty/, sentence: 'An expression must not be empty.' },
];
