import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { SdkFailure } from '../calls/failures.ts';
import type { HttpAnswer } from './http-answer.ts';

const LONGEST_TYPE = 256;
const LONGEST_MESSAGE = 16_384;

/** The exception in an answer of DynamoDB, as the SDK would throw it. */
export function exceptionOf(answer: HttpAnswer): SdkFailure {
  const body = parseObject(answer.body);
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
    isObject(body.Item) && { Item: withBytes(body.Item) },
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

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** AttributeValues with bytes where JSON has base64, as the SDK gives an exception's item. */
function withBytes(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, bytesOf(value)]),
  );
}

function bytesOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { B, BS, L, M } = value;
  if (typeof B === 'string') return { B: Buffer.from(B, 'base64') };
  if (Array.isArray(BS)) return { BS: BS.map((bytes) => Buffer.from(bytes, 'base64')) };
  if (Array.isArray(L)) return { L: L.map(bytesOf) };
  return isObject(M) ? { M: withBytes(M) } : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
