import { describe, expect, test } from 'vitest';
import { asFailure } from '../../../src/dynamodb/calls/failures.ts';
import { explainRefusal, isUnexplained } from '../../../src/dynamodb/calls/refusals.ts';

/** Texts of DynamoDB and its emulators, and what has to be in the sentence about each. */
const KNOWN: [string, RegExp][] = [
  ['Invalid FilterExpression: Expected operand, got end of expression', /ends too early/],
  ['Unexpected end of KeyConditionExpression, expected closing parenthesis', /ends too early/],
  [
    '1 validation error detected: Invalid UpdateExpression: Syntax error; Expected =, got end of expression',
    /ends too early/,
  ],
  ['Invalid FilterExpression: Expected comparison operator, BETWEEN, or IN', /lacks its operator/],
  ['Invalid FilterExpression: Expected ,, got )', /syntax error at "\)"\.$/],
  ['Unexpected token in ProjectionExpression: b', /syntax error at "b"\.$/],
  ['Invalid FilterExpression: Syntax error; token: "b"', /syntax error at "b"\.$/],
  ['Invalid FilterExpression: Expected number in brackets, got x', /index in brackets/],
  ['Invalid KeyConditionExpression: partition key must use equality', /key_condition must be "="/],
  ['Operands for + must be numbers', /does not fit the type/],
  [
    '1 validation error detected: One or more parameter values were invalid: An string set  may not be empty',
    /set must not be empty/,
  ],
  ['Cannot read from backfilling global secondary index: GSI1', /still being made/],
  [
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
    /key's type/,
  ],
  [
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    /two SET clauses/,
  ],
  [
    'Invalid FilterExpression: Invalid function name; function: startswith',
    /no function "startswith"/,
  ],
  [
    'Invalid FilterExpression: Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
    /^"contains" has too few or too many operands/,
  ],
  [
    'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size',
    /^"size" cannot stand there/,
  ],
  [
    'Invalid FilterExpression: Operator or function requires a document path; operator or function: attribute_exists',
    /^"attribute_exists" takes an attribute/,
  ],
  [
    'Invalid FilterExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    /two different operands/,
  ],
  ['Invalid FilterExpression: The IN operator is provided with too many operands', /at most 100/],
  [
    'One or more parameter values were invalid: Global secondary index GSI1 does not project [foo]',
    /does not hold all attributes/,
  ],
  ['Invalid ConditionExpression: Invalid attribute type name found; type: X', /^attribute_type/],
  [
    'One or more parameter values were invalid: An string set may not have a empty string as a member',
    /set must not be empty/,
  ],
  ['Query condition missed key schema element: my key', /"my key = :value"/],
  ['KeyConditionExpressions must only contain one condition per key', /BETWEEN/],
  [
    'Invalid KeyConditionExpression: Key attributes must be scalars; list random access',
    /no parts/,
  ],
  [
    'The Segment parameter is zero-based and must be less than parameter TotalSegments',
    /less than total_segments/,
  ],
  [
    'One or more parameter values were invalid: ComparisonOperator EQ is not valid for M AttributeValue type',
    /key's type/,
  ],
  [
    'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 0',
    /^last_evaluated_key is not one/,
  ],
  ['Invalid UpdateExpression: Syntax error; token: "=", near: "SET = 1"', /syntax error at "="\.$/],
  ['Invalid UpdateExpression: Syntax error; token: <EOF>, near: "SET"', /ends too early/],
  [
    'Invalid FilterExpression: The BETWEEN operator requires same data type for lower and upper bounds',
    /one type/,
  ],
];

test.each(KNOWN)('%s', (text, sentence) => {
  const error = explainRefusal(asFailure(new Error(text)));

  expect(error.message).toMatch(sentence);
  expect(isUnexplained(error)).toBe(false);
});

test('an index that is being made is a state of the table, not a fault of the call', () => {
  const error = explainRefusal(
    asFailure(new Error('Cannot read from backfilling global secondary index: I')),
  );

  expect(error).toMatchObject({ code: 'StorageUnavailable', retryable: true });
});

describe('what nobody has met before', () => {
  test.each([
    ['Invalid UpdateExpression: Something new', 'update_expression'],
    ['1 validation error detected: Invalid UpdateExpression: Something new', 'update_expression'],
    ['Invalid KeyConditionExpression: Something new', 'key_condition'],
    ['One or more parameter values were invalid: Something new', 'a value of the request'],
    ['Something new', 'the expression or value'],
  ])('%s is told by its class, that of an expression in the log too', (text, part) => {
    const error = explainRefusal(asFailure(new Error(text)));

    expect(error.message).toBe(`DynamoDB refused ${part.includes(' ') ? part : `the ${part}`}.`);
    expect(isUnexplained(error)).toBe(text.includes('Invalid'));
  });
});
