import { type ErrorCode, ServiceError } from '../../errors.ts';
import type { SdkFailure } from './failures.ts';

interface Refusal {
  /** Found in DynamoDB's text; groups may capture names, which come from the caller. */
  pattern: RegExp;
  sentence: string | ((...captured: string[]) => string);
  code?: ErrorCode;
}

/** The only place that reads DynamoDB's texts, and only to choose among sentences of ours. */
const REFUSALS: readonly Refusal[] = [
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
    pattern: /Condition parameter type does not match schema type/,
    sentence:
      "A value of the key condition has not the key's type; describe_table shows it, and values are plain JSON.",
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
    pattern: /set may not (?:be empty|have an? empty)|sets? (?:should|must) not be empty/i,
    sentence: 'A set must not be empty, nor hold an empty string.',
  },
  {
    pattern: /Input collection .{0,2048}contains duplicates/s,
    sentence: 'A set must not hold a member twice.',
  },
  {
    pattern: /Key attributes must be scalars/,
    sentence: 'A key attribute has no parts: name it alone.',
  },
  {
    pattern: /TotalSegments/,
    sentence: 'segment must be less than total_segments.',
  },
  {
    pattern: /[Aa]ttribute name.{0,64}(?:too large|too long|exceed)/,
    sentence:
      'An attribute name is too long: it may have 64 KB, that of a key attribute 255 bytes.',
  },
  {
    pattern: /Select type|when choosing to get|Select (?:is|must)/i,
    sentence: 'select does not go with the projection or the index of this request.',
  },
  {
    pattern: /[Vv]ector.{0,300}(?:dimension|length|size)|dimensions? of the vector/,
    sentence:
      'A vector has not as many numbers as its index asks for; describe_table shows how many.',
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
    pattern: /only be used with lists?|list index|invalid list/i,
    sentence: 'An index in brackets, as in a[0], must be a whole number behind a list.',
  },
  {
    pattern: /reserved keyword: (\w{1,64})/,
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
    pattern: /Query key condition not supported|in KeyConditionExpression|KeyConditionExpressions/,
    sentence:
      'key_condition must be "=" on the partition key, with at most one comparison of the sort key.',
  },
  {
    pattern: /Filter Expression can only contain non-primary key attributes/,
    sentence: 'filter_expression must not use key attributes; those belong into key_condition.',
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
    sentence: 'The expression uses a value of a type that its operator or function does not take.',
  },
  {
    pattern: /Number (?:over|under)flow|more than 38 significant digits/,
    sentence: 'A number lies outside the 38 digits or the range that DynamoDB stores.',
  },
  {
    pattern: /[Nn]esting [Ll]evels have exceeded/,
    sentence: 'A value or expression is nested too deeply.',
  },
  {
    pattern:
      /Expression size has exceeded|expression size|maximum operator count|operators exceeded/i,
    sentence: 'The expression is longer than DynamoDB takes (4 KB, 300 operators).',
  },
  {
    pattern: /Syntax error; token: "?<EOF>/,
    sentence: 'The expression ends too early.',
  },
  {
    pattern: /Syntax error; token: "?(.{1,64}?)"?, near: /s,
    sentence: (token) => `The expression has a syntax error at "${token}".`,
  },
  { pattern: /Syntax error/, sentence: 'The expression has a syntax error.' },
  {
    pattern: /lower bound is greater than the upper bound|BETWEEN operator/,
    sentence: 'The lower bound of "between" must not be greater than the upper bound.',
  },
  {
    pattern: /redundant parentheses/,
    sentence: 'The expression has two pairs of brackets around the same thing; leave one out.',
  },
  { pattern: /expression can not be empty/, sentence: 'An expression must not be empty.' },
];

/** What is said where no sentence fits: the class of the fault, by what DynamoDB's text begins with. */
const CLASSES: readonly [RegExp, string][] = [
  [/^Invalid UpdateExpression/, 'DynamoDB refused the update_expression.'],
  [/^Invalid ConditionExpression/, 'DynamoDB refused the condition_expression.'],
  [/^Invalid FilterExpression/, 'DynamoDB refused the filter_expression.'],
  [/^Invalid ProjectionExpression/, 'DynamoDB refused the projection_expression.'],
  [/^Invalid KeyConditionExpression/, 'DynamoDB refused the key_condition.'],
  [
    /^ExpressionAttribute(?:Names|Values)/,
    'DynamoDB refused expression_names or expression_values.',
  ],
  [/^One or more parameter values/, 'DynamoDB refused a value of the request.'],
  [/^/, 'DynamoDB refused the expression or value.'],
];

function quoted(name: string): string {
  return name === 'A function' ? name : `"${name}"`;
}

/** The error of ours for a ValidationException. */
export function explainRefusal(failure: SdkFailure): ServiceError {
  for (const { pattern, sentence, code = 'ValidationError' } of REFUSALS) {
    const match = pattern.exec(failure.message);
    if (!match) continue;
    const text = typeof sentence === 'string' ? sentence : sentence(...match.slice(1));
    return new ServiceError(code, text, { cause: failure });
  }
  const [, text = ''] = CLASSES.find(([pattern]) => pattern.test(failure.message)) ?? [];
  return new ServiceError('ValidationError', text, { cause: failure });
}

const EXPRESSION_FAULT = /^Invalid \w+Expression/;

/**
 * Whether no sentence fits what DynamoDB says of an expression, so that the log has to tell; other
 * texts can quote values.
 */
export function isUnexplained({ message, cause }: ServiceError): boolean {
  if (!(cause instanceof Error) || !EXPRESSION_FAULT.test(cause.message)) return false;
  return CLASSES.some(([, text]) => text === message);
}
