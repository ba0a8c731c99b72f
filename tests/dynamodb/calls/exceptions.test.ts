import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../src/errors.ts';
import { exception, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startService, type TestService } from '../../support/service.ts';

// Every exception of DynamoDB's data plane, and every common error of AWS, with its HTTP status.
const MATRIX: [string, number, ErrorCode][] = [
  ['ValidationException', 400, 'ValidationError'],
  ['ConditionalCheckFailedException', 400, 'ConditionalCheckFailed'],
  ['TransactionConflictException', 400, 'Conflict'],
  ['TransactionInProgressException', 400, 'Conflict'],
  ['ReplicatedWriteConflictException', 400, 'Conflict'],
  ['ItemCollectionSizeLimitExceededException', 400, 'TooLarge'],
  ['ProvisionedThroughputExceededException', 400, 'Throttled'],
  ['RequestLimitExceeded', 400, 'Throttled'],
  ['ThrottlingException', 400, 'Throttled'],
  ['LimitExceededException', 400, 'Throttled'],
  ['TooManyRequestsException', 429, 'Throttled'],
  ['SomeNewLimitException', 429, 'Throttled'],
  ['ResourceNotFoundException', 400, 'StorageUnavailable'],
  ['TableNotFoundException', 400, 'StorageUnavailable'],
  ['InternalServerError', 500, 'StorageUnavailable'],
  ['InternalFailure', 500, 'StorageUnavailable'],
  ['ServiceUnavailable', 503, 'StorageUnavailable'],
  ['ServiceUnavailableException', 503, 'StorageUnavailable'],
  ['SomethingNew', 502, 'StorageUnavailable'],
  ['AccessDeniedException', 400, 'StorageMisconfigured'],
  ['ExpiredTokenException', 400, 'StorageMisconfigured'],
  ['IncompleteSignatureException', 400, 'StorageMisconfigured'],
  ['InvalidSignatureException', 400, 'StorageMisconfigured'],
  ['MissingAuthenticationTokenException', 400, 'StorageMisconfigured'],
  ['NotAuthorizedException', 400, 'StorageMisconfigured'],
  ['OptInRequired', 403, 'StorageMisconfigured'],
  ['RequestExpired', 400, 'StorageMisconfigured'],
  ['SignatureDoesNotMatch', 403, 'StorageMisconfigured'],
  ['UnrecognizedClientException', 400, 'StorageMisconfigured'],
  ['SerializationException', 400, 'StorageError'],
  ['UnknownOperationException', 400, 'StorageError'],
  ['ResourceInUseException', 400, 'StorageError'],
  ['IdempotentParameterMismatchException', 400, 'IdempotencyMismatch'],
  ['TransactionCanceledException', 400, 'TransactionCanceled'],
  ['ImportConflictException', 400, 'StorageError'],
  ['InvalidEndpointException', 421, 'StorageError'],
  ['SomethingNew', 400, 'StorageError'],
];

const HOSTILE =
  'User: arn:aws:sts::123456789012:assumed-role/app/i-0abc is not authorized on arn:aws:dynamodb:us-east-1:123456789012:table/T at dynamodb.us-east-1.amazonaws.com:443 <html>Error</html> at Object.<anonymous> (/app/cli.js:1:1)';
const LEAKS = [/arn:/, /123456789012/, /amazonaws/, /:443/, /<html>/, /\/app\/cli/, /sts/];
const key = { PK: 'ERRORS', SK: 'ITEM' };

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MAX_ATTEMPTS: '1' },
  });
});

afterAll(async () => {
  await service.close();
  await proxy.close();
});

describe.each(MATRIX)('%s with %i', (name, status, code) => {
  test(`on a read is ${code} and leaks nothing`, async () => {
    proxy.reset();
    proxy.inject('GetItem', exception(name, status, HOSTILE));

    const reply = await service.call('get_item', { key });

    expect(reply.status).toBe(ERRORS[code].status);
    expect(reply.body).toEqual({
      success: false,
      error: expect.stringMatching(/^[A-Z].{5,200}\.$/),
      code,
      retryable: ERRORS[code].retryable,
      request_id: reply.headers.get('x-request-id'),
    });
    expect(reply.headers.has('retry-after')).toBe(code === 'Throttled');
    for (const leak of LEAKS) expect(reply.text).not.toMatch(leak);
  });

  test('on a write is the same, or of unknown outcome after a fault', async () => {
    proxy.reset();
    proxy.inject('UpdateItem', exception(name, status, HOSTILE));

    const reply = await service.call('update_item', { key, updates: { v: 1 }, upsert: true });

    expect(reply.body.code).toBe(status >= 500 ? 'OutcomeUnknown' : code);
    expect(reply.headers.has('retry-after')).toBe(reply.body.code === 'Throttled');
    for (const leak of LEAKS) expect(reply.text).not.toMatch(leak);
  });
});

describe('what DynamoDB says of a refusal', () => {
  test.each<[string, number, RegExp]>([
    [
      'Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: Status',
      400,
      /"Status" is a reserved word/,
    ],
    ['Item size has exceeded the maximum allowed size', 413, /400 KB/],
    ['Item size to update has exceeded the maximum allowed size', 413, /400 KB/],
    ['The provided key element does not match the schema', 400, /key schema/],
    ['Nesting Levels have exceeded supported limits', 400, /too deeply/],
    [
      'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;',
      400,
      /4 KB/,
    ],
    [
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:secret}',
      400,
      /lower bound/,
    ],
    [
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: SK',
      400,
      /must not be empty/,
    ],
    [
      'Something about {S:secret} at arn:aws:dynamodb',
      400,
      /^DynamoDB refused the expression or value\.$/,
    ],
  ])('%s', async (message, status, sentence) => {
    proxy.reset();
    proxy.inject('GetItem', exception('ValidationException', 400, message));

    const reply = await service.call('get_item', { key });

    expect(reply.status).toBe(status);
    expect(reply.body.error).toMatch(sentence);
    expect(reply.text + JSON.stringify(service.logs)).not.toMatch(/secret/);
  });
});
