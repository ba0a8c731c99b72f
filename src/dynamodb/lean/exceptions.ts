import { type CancellationReason, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { isJsonObject, parseJsonObject } from '../../json/parse.ts';
import type { SdkFailure } from '../calls/failures.ts';
import type { HttpAnswer } from './http-answer.ts';

const LONGEST_TYPE = 256;
const LONGEST_MESSAGE = 16_384;

/** The exception in an answer of DynamoDB, as the SDK would throw it. */
export function exceptionOf(answer: HttpAnswer): SdkFailure {
  const body = parseJsonObject(answer.body.toString());
  const type = answer.headers['x-amzn-errortype'] ?? String(body.__type ?? 'UnknownError');
  const exception = new DynamoDBServiceException({
    name: nameIn(type.slice(0, LONGEST_TYPE)),
    message: String(body.message ?? body.Message ?? 'UnknownError').slice(0, LONGEST_MESSAGE),
    $fault: answer.status < 500 ? 'client' : 'server',
    $metadata: metadataOf(answer),
  });
  return Object.assign(
    exception,
    // The SDK looks in its headers for how long to wait.
    { $response: { statusCode: answer.status, headers: answer.headers } },
    isJsonObject(body.Item) && { Item: body.Item },
    Array.isArray(body.CancellationReasons) && {
      CancellationReasons: body.CancellationReasons.map(reasonOf),
    },
  ) as SdkFailure;
}

/** The name in `com.amazonaws.dynamodb.v20120810#Name` or `Name:http://…`. */
function nameIn(type: string): string {
  const [name = ''] = type.slice(type.lastIndexOf('#') + 1).split(':', 1);
  return name;
}

export function metadataOf({ status, headers }: HttpAnswer) {
  const requestId = headers['x-amzn-requestid'];
  return { httpStatusCode: status, ...(requestId !== undefined && { requestId }) };
}

function reasonOf(reason: unknown): CancellationReason {
  if (!isJsonObject(reason)) return {};
  const { Code, Message, Item } = reason;
  return {
    ...(typeof Code === 'string' && { Code }),
    ...(typeof Message === 'string' && { Message: Message.slice(0, LONGEST_MESSAGE) }),
    ...(isJsonObject(Item) && { Item: Item as CancellationReason['Item'] }),
  };
}
