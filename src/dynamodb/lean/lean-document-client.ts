import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type {
  AwsCredentialIdentity,
  RetryErrorType,
  RetryStrategyV2,
  RetryToken,
} from '@smithy/types';
import type { SdkFailure } from '../failures.ts';
import { currentOperation } from '../operation.ts';
import type { DocumentSender, StorageCommand } from '../storage.ts';
import { Connection } from './connection.ts';
import { decodeOutput } from './decode.ts';
import { encodeInput } from './encode.ts';
import { damaged, exceptionOf, metadataOf, unreadable } from './exceptions.ts';
import type { HttpAnswer, PoolSettings } from './http-pool.ts';
import { Signer, sha256, signingTimestamp } from './sign.ts';

/** The data operations, which take the short way; everything else takes the SDK's. */
const OPERATIONS = new Map<unknown, string>([
  [GetCommand, 'GetItem'],
  [PutCommand, 'PutItem'],
  [UpdateCommand, 'UpdateItem'],
  [DeleteCommand, 'DeleteItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
  [BatchGetCommand, 'BatchGetItem'],
  [BatchWriteCommand, 'BatchWriteItem'],
]);

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const SERVICE = 'dynamodb';

/**
 * A DynamoDBDocumentClient whose data operations skip the SDK's middleware: one pass to the wire
 * JSON and back, a signature with a remembered key, warm connections. Credentials, region,
 * endpoint, user agent, retry strategy and classification are the SDK's own.
 */
export class LeanDocumentClient implements DocumentSender {
  readonly #stock: DynamoDBDocumentClient;
  readonly #connection: Connection;
  readonly #signer = new Signer();

  constructor(stock: DynamoDBDocumentClient, settings: PoolSettings) {
    this.#stock = stock;
    this.#connection = new Connection(stock.config, settings);
  }

  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    options: { abortSignal: AbortSignal },
  ): Promise<Output> {
    const operation = OPERATIONS.get(command.constructor);
    if (operation === undefined) return this.#stock.send(command, options);
    const body = encodeInput(command.input as Record<string, unknown>);
    // The output of a data operation is what its wire JSON holds.
    return (await this.#sendWithRetries(operation, body, options.abortSignal)) as Output;
  }

  destroy(): void {
    void this.#connection.close();
  }

  /** The SDK's retry loop, around an attempt of ours. */
  async #sendWithRetries(operation: string, body: string, signal: AbortSignal): Promise<object> {
    const strategy = (await this.#stock.config.retryStrategy()) as RetryStrategyV2;
    const maxAttempts = await this.#stock.config.maxAttempts();
    const invocationId = randomUUID();
    let token = await strategy.acquireInitialRetryToken('');
    for (;;) {
      const attempt = token.getRetryCount() + 1;
      try {
        const output = await this.#attempt(operation, body, signal, {
          'amz-sdk-invocation-id': invocationId,
          'amz-sdk-request': `attempt=${attempt}; max=${maxAttempts}`,
        });
        strategy.recordSuccess(token);
        return output;
      } catch (error) {
        token = await nextToken(strategy, token, error as SdkFailure, signal);
      }
    }
  }

  async #attempt(
    operation: string,
    body: string,
    signal: AbortSignal,
    headers: Record<string, string>,
  ): Promise<object> {
    const current = currentOperation.getStore();
    const credentials = await this.#connection.credentials();
    const origin = await this.#connection.origin(credentials);
    const signed = await this.#sign(operation, body, origin, credentials, headers);
    current?.attemptStarted();
    const answer = await this.#connection.pool(origin).post(signed, body, signal);
    const skewed = this.#connection.correctClock(answer.headers.date);
    const output = read(answer, skewed);
    current?.attemptSucceeded();
    return output;
  }

  async #sign(
    operation: string,
    body: string,
    origin: string,
    credentials: AwsCredentialIdentity,
    more: Record<string, string>,
  ): Promise<Record<string, string>> {
    const { userAgent, shortUserAgent } = await this.#connection.userAgent();
    const timestamp = signingTimestamp(this.#connection.now());
    const bodyHash = sha256(body);
    const headers: Record<string, string> = {
      ...more,
      'content-length': String(Buffer.byteLength(body)),
      'content-type': CONTENT_TYPE,
      host: origin.slice(origin.indexOf('//') + 2),
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': timestamp,
      ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-user-agent': shortUserAgent,
    };
    const request = { method: 'POST', path: '/', query: '', headers, bodyHash };
    const scope = { region: await this.#connection.region(), service: SERVICE, timestamp };
    const authorization = this.#signer.authorization(request, scope, credentials);
    return { ...headers, authorization, 'user-agent': userAgent };
  }
}

/** Asks the strategy for another attempt; throws the failure where there is to be none. */
async function nextToken(
  strategy: RetryStrategyV2,
  token: RetryToken,
  error: SdkFailure,
  signal: AbortSignal,
): Promise<RetryToken> {
  try {
    return await untilAborted(
      strategy.refreshRetryTokenForRetry(token, { error, errorType: errorType(error) }),
      signal,
    );
  } catch {
    throw error;
  }
}

function errorType(error: SdkFailure): RetryErrorType {
  if (isThrottlingError(error)) return 'THROTTLING';
  if (isTransientError(error)) return 'TRANSIENT';
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The output in an answer; throws the exception that it holds, or that it is not readable. */
function read(answer: HttpAnswer, clockWasSkewed: boolean): object {
  const { status, headers, body } = answer;
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && crc32(body) !== Number(checksum)) throw damaged();
  if (status >= 300) {
    const exception = exceptionOf(answer);
    if (clockWasSkewed && exception.$metadata) {
      Object.assign(exception.$metadata, { clockSkewCorrected: true });
    }
    throw exception;
  }
  try {
    const output = decodeOutput(JSON.parse(body.toString()));
    return Object.assign(output, { $metadata: metadataOf(answer) });
  } catch (error) {
    throw unreadable(answer, error);
  }
}
