import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type {
  DynamoDBDocumentClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/lib-dynamodb';
import type { RetryStrategyV2, RetryToken } from '@smithy/types';
import type { JsonObject } from '../../json/parse.ts';
import { type AnswerCheck, notAnAnswer } from '../calls/answers.ts';
import { isExpiredToken, type SdkFailure } from '../calls/failures.ts';
import type { Operation } from '../calls/operation.ts';
import type { DocumentSender, StorageCommand } from '../calls/storage.ts';
import { Connection, type Target } from './connection.ts';
import { decodeAnswer } from './decode.ts';
import { encodeInput } from './encode.ts';
import { exceptionOf, metadataOf } from './exceptions.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { PoolSettings } from './http-pool.ts';
import { OPERATIONS } from './operations.ts';
import { nextToken } from './retries.ts';
import { Signer, sha256 } from './sign.ts';
import { transcodeAnswer } from './transcode/transcode-answer.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const SERVICE = 'dynamodb';

interface Retries {
  strategy: RetryStrategyV2;
  maxAttempts: number;
  /** What every request begins with: no retry yet. */
  firstToken: RetryToken;
}

/**
 * A DynamoDBDocumentClient whose data operations skip the SDK's middleware: one walk to the wire
 * JSON and back, a signature with a remembered key, warm connections. Credentials, region,
 * endpoint, user agent, retry strategy and classification are the SDK's own.
 */
export class LeanDocumentClient implements DocumentSender {
  readonly #config: DynamoDBDocumentClientResolvedConfig;
  readonly #sdk: DocumentSender;
  readonly #answers: AnswerCheck;
  readonly #connection: Connection;
  readonly #signer = new Signer();
  #retries: Retries | undefined;

  /** Takes the document client's configuration, and what sends other commands by it. */
  constructor(
    config: DynamoDBDocumentClientResolvedConfig,
    sdk: DocumentSender,
    settings: PoolSettings,
    answers: AnswerCheck,
  ) {
    this.#answers = answers;
    this.#config = config;
    this.#sdk = sdk;
    this.#connection = new Connection(config, settings);
  }

  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    operation: Operation,
  ): Promise<Output> {
    const name = OPERATIONS.get(command.constructor);
    if (name === undefined) return this.#sdk.send(command, operation);
    const body = Buffer.from(encodeInput(command.input as Record<string, unknown>));
    // The output of a data operation is what its wire JSON holds.
    return this.#sendWithRetries(name, body, operation) as Promise<Output>;
  }

  destroy(): void {
    this.#connection.close();
  }

  async #resolveRetries(): Promise<Retries> {
    const strategy = (await this.#config.retryStrategy()) as RetryStrategyV2;
    return {
      strategy,
      maxAttempts: await this.#config.maxAttempts(),
      firstToken: await strategy.acquireInitialRetryToken(''),
    };
  }

  /** The SDK's retry loop, around attempts of ours. */
  async #sendWithRetries(name: string, body: Buffer, operation: Operation): Promise<object> {
    this.#retries ??= await this.#resolveRetries();
    const { strategy, maxAttempts, firstToken } = this.#retries;
    const invocationId = randomUUID();
    let token = firstToken;
    for (;;) {
      const attempt = token.getRetryCount() + 1;
      try {
        const target = this.#connection.target() ?? (await this.#connection.resolve());
        const headers = this.#sign(name, body, target, [
          'amz-sdk-invocation-id',
          invocationId,
          'amz-sdk-request',
          `attempt=${attempt}; max=${maxAttempts}`,
        ]);
        operation.attemptStarted();
        const answer = await target.pool.post(headers, body, operation.signal);
        operation.received(answer.body.length);
        const read = this.#read(name, answer, target, operation);
        const output = read instanceof Promise ? await read : read;
        operation.attemptSucceeded();
        strategy.recordSuccess(token);
        return output;
      } catch (error) {
        token = await nextToken(strategy, token, error as SdkFailure, operation);
        if (isExpiredToken(error)) this.#connection.forget();
      }
    }
  }

  /** The headers as pairs, first those that are signed, by their names. */
  #sign(
    name: string,
    body: Buffer,
    { credentials, region, host, canonicalPath, userAgent }: Target,
    more: readonly string[],
  ): string[] {
    const { sessionToken } = credentials;
    const timestamp = this.#connection.timestamp();
    const bodyHash = sha256(body);
    const headers = [
      ...more,
      'content-length',
      String(body.length),
      'content-type',
      CONTENT_TYPE,
      'host',
      host,
      'x-amz-content-sha256',
      bodyHash,
      'x-amz-date',
      timestamp,
      ...(sessionToken ? ['x-amz-security-token', sessionToken] : []),
      'x-amz-target',
      `DynamoDB_20120810.${name}`,
      'x-amz-user-agent',
      userAgent.short,
    ];
    const request = { method: 'POST', path: canonicalPath, query: '', headers, bodyHash };
    const scope = { region, service: SERVICE, timestamp };
    const authorization = this.#signer.authorization(request, scope, credentials);
    headers.push('authorization', authorization, 'user-agent', userAgent.full);
    return headers;
  }

  /** The output in an answer; throws the exception that it holds, or that it is none. */
  #read(
    name: string,
    answer: HttpAnswer,
    { host }: Target,
    { policy }: Operation,
  ): object | Promise<object> {
    const { status, headers, body } = answer;
    const clockWasSkewed = this.#connection.correctClock(headers.date);
    const checksum = headers['x-amz-crc32'];
    if (checksum !== undefined && crc32(body) !== Number(checksum)) {
      throw notAnAnswer('its checksum does not match');
    }
    this.#answers.head(host, { status, requestId: headers['x-amzn-requestid'] });
    if (status >= 300) throw exception(answer, clockWasSkewed);
    const output = (found: JsonObject = decodeAnswer(body)) => {
      this.#answers.output(name, found);
      return Object.assign(found, { $metadata: metadataOf(answer) });
    };
    const transcoded = policy.itemsAsJson && transcodeAnswer(body, policy.itemsAsJson);
    return transcoded instanceof Promise ? transcoded.then(output) : output(transcoded);
  }
}

function exception(answer: HttpAnswer, clockWasSkewed: boolean): SdkFailure {
  const failure = exceptionOf(answer);
  if (clockWasSkewed && failure.$metadata) {
    Object.assign(failure.$metadata, { clockSkewCorrected: true });
  }
  return failure;
}
