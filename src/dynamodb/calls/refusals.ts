import { ServiceError } from '../../errors.ts';
import { asFailure, reasonsOf, type SdkFailure } from './failures.ts';
import { REFUSED_EXPRESSIONS } from './refused-expressions.ts';
import { REFUSED_REQUESTS, RESERVED_WORD, UNREADABLE } from './refused-requests.ts';
import { REFUSED_VECTORS } from './refused-vectors.ts';

/** The only tables of DynamoDB's texts, and only to choose among sentences of ours; the first fits. */
const REFUSALS = [...REFUSED_VECTORS, ...REFUSED_EXPRESSIONS, ...REFUSED_REQUESTS];

/** What is said where no sentence fits: the class of the fault, by what DynamoDB's text begins with. */
const CLASSES: readonly [RegExp, string][] = [
  [/^Invalid UpdateExpression/, 'DynamoDB refused the update_expression.'],
  [/^Invalid ConditionExpression/, 'DynamoDB refused the condition_expression.'],
  [/^Invalid FilterExpression/, 'DynamoDB refused the filter_expression.'],
  [/^Invalid ProjectionExpression/, 'DynamoDB refused the projection_expression.'],
  [/^Invalid SearchConditionExpression/, 'DynamoDB refused the search_condition.'],
  [/^Invalid KeyConditionExpression/, 'DynamoDB refused the key_condition.'],
  [
    /^ExpressionAttribute(?:Names|Values)/,
    'DynamoDB refused expression_names or expression_values.',
  ],
  [/^One or more parameter values/, 'DynamoDB refused a value of the request.'],
  [/^/, 'DynamoDB refused the expression or value.'],
];

/** The error of ours for a ValidationException. */
export function explainRefusal(failure: SdkFailure): ServiceError {
  for (const { pattern, sentence, code = 'ValidationError' } of REFUSALS) {
    const match = pattern.exec(failure.message);
    if (!match) continue;
    const text = typeof sentence === 'string' ? sentence : sentence(...match.slice(1));
    return new ServiceError(code, text, { cause: failure });
  }
  const [, text = ''] = CLASSES.find(([pattern]) => pattern.test(faultOf(failure))) ?? [];
  return new ServiceError('ValidationError', text, { cause: failure });
}

/** DynamoDB's text without the count that stands before some. */
function faultOf({ message }: Error): string {
  return message.replace(/^1 validation error detected: /, '');
}

const EXPRESSION_FAULT = /^Invalid \w+Expression/;

/**
 * Whether no sentence fits what DynamoDB says of an expression, so that the log has to tell; other
 * texts can quote values.
 */
export function isUnexplained({ message, cause }: ServiceError): boolean {
  if (!(cause instanceof Error) || !EXPRESSION_FAULT.test(faultOf(cause))) return false;
  return CLASSES.some(([, text]) => text === message);
}

/** Whether DynamoDB refused a request, executing nothing, because of a reserved word. */
export function namesReservedWord(error: unknown): boolean {
  return refusedTexts(error).some((text) => RESERVED_WORD.test(text));
}

/** The same, or because it cannot read an expression, where a reserved word may be to blame. */
export function refusesWords(error: unknown): boolean {
  return refusedTexts(error).some((text) => RESERVED_WORD.test(text) || UNREADABLE.test(text));
}

/** What DynamoDB says of a request that is not valid, or of the operations that are not. */
function refusedTexts(error: unknown): string[] {
  const { name, message } = asFailure(error);
  if (name === 'ValidationException') return [message];
  return reasonsOf(error).flatMap(([, { Code, Message = '' }]) =>
    Code === 'ValidationError' ? [Message] : [],
  );
}
