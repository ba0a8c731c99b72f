import { isThrottlingError } from '@smithy/core/retry';
import { type ErrorCode, ServiceError } from '../../errors.ts';
import { asFailure, httpStatus, isNetworkFailure, isTimeout, type SdkFailure } from './failures.ts';
import { explainRefusal } from './refusals.ts';

/** What the caller reads where no more is known than the code. */
const SENTENCES = {
  ConditionalCheckFailed: 'The condition is not met by the stored item.',
  TransactionCanceled: 'The transaction was cancelled.',
  Conflict: 'Another write to the same item is in progress.',
  IdempotencyMismatch: 'Another request was made with this idempotency_key within ten minutes.',
  TooLarge: 'The items under this partition key are larger than DynamoDB allows together.',
  Throttled: 'DynamoDB throttles this table; try again more slowly.',
  StorageUnavailable: 'DynamoDB or the table cannot be reached at the moment.',
  StorageMisconfigured: 'The service is not allowed to use its table; its operator has to act.',
  StorageError: 'DynamoDB returned an answer that the service cannot use.',
  DeadlineExceeded: 'DynamoDB did not answer in time.',
  OutcomeUnknown:
    'The write was sent but its answer was lost: it may or may not have been applied.',
} as const satisfies Partial<Record<ErrorCode, string>>;

const ANSWERS = new Set<ErrorCode>(['ConditionalCheckFailed', 'TransactionCanceled']);

/** Whether a failure is none of DynamoDB's, but its answer. */
export function isAnswer({ code }: ServiceError): boolean {
  return ANSWERS.has(code);
}

type StorageCode = keyof typeof SENTENCES;

/** DynamoDB's exceptions by name; throttling, 5xx and network failures are told otherwise. */
const CODES: Record<string, StorageCode> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  TransactionCanceledException: 'TransactionCanceled',
  TransactionConflictException: 'Conflict',
  TransactionInProgressException: 'Conflict',
  IdempotentParameterMismatchException: 'IdempotencyMismatch',
  ReplicatedWriteConflictException: 'Conflict',
  ItemCollectionSizeLimitExceededException: 'TooLarge',
  ResourceNotFoundException: 'StorageUnavailable',
  TableNotFoundException: 'StorageUnavailable',
  AccessDeniedException: 'StorageMisconfigured',
  AuthFailure: 'StorageMisconfigured',
  CredentialsProviderError: 'StorageMisconfigured',
  ExpiredToken: 'StorageMisconfigured',
  ExpiredTokenException: 'StorageMisconfigured',
  IncompleteSignatureException: 'StorageMisconfigured',
  InvalidClientTokenId: 'StorageMisconfigured',
  InvalidSignatureException: 'StorageMisconfigured',
  MissingAuthenticationTokenException: 'StorageMisconfigured',
  NotAuthorizedException: 'StorageMisconfigured',
  OptInRequired: 'StorageMisconfigured',
  RequestExpired: 'StorageMisconfigured',
  RequestInTheFuture: 'StorageMisconfigured',
  RequestTimeTooSkewed: 'StorageMisconfigured',
  SignatureDoesNotMatch: 'StorageMisconfigured',
  TokenProviderError: 'StorageMisconfigured',
  UnrecognizedClientException: 'StorageMisconfigured',
};

/** What keeps the service from its table, where the exception tells more than the code does. */
const NO_CREDENTIALS =
  'The service has no AWS credentials; its operator has to set them: aws configure, .env, or npm run dev for the embedded database.';
const STALE_CREDENTIALS =
  'The AWS credentials of the service have expired; its operator has to renew them: aws sso login, aws configure, or .env.';
const MISCONFIGURED: Record<string, string> = {
  CredentialsProviderError: NO_CREDENTIALS,
  ExpiredToken: STALE_CREDENTIALS,
  ExpiredTokenException: STALE_CREDENTIALS,
  TokenProviderError: STALE_CREDENTIALS,
};

/** What an engine that is not Amazon's may lack. */
const NO_OPERATION =
  'The database does not have this operation; of the local engines, dynalite has no transactions and no vector search.';

function explainMisconfiguration({ name, message }: SdkFailure): string {
  if (!Object.hasOwn(MISCONFIGURED, name)) return SENTENCES.StorageMisconfigured;
  // The SDK's providers have one name for all their errors, an expired session among them.
  return /\bexpired\b/i.test(message)
    ? STALE_CREDENTIALS
    : (MISCONFIGURED[name] ?? SENTENCES.StorageMisconfigured);
}

export function storageError(code: StorageCode, cause?: unknown): ServiceError {
  return new ServiceError(code, SENTENCES[code], { cause });
}

/** The error of ours for what the SDK threw; the SDK's own text stays in the cause. */
export function translateFailure(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const failure = asFailure(error);
  if (failure.name === 'ValidationException') return explainRefusal(failure);
  const code = storageCode(failure);
  if (code === 'StorageMisconfigured') {
    return new ServiceError(code, explainMisconfiguration(failure), { cause: error });
  }
  if (failure.name === 'UnknownOperationException') {
    return new ServiceError('StorageError', NO_OPERATION, { cause: error });
  }
  if (code) return storageError(code, error);
  return new ServiceError('InternalError', 'The service failed on this request.', { cause: error });
}

function storageCode(failure: SdkFailure): StorageCode | undefined {
  if (Object.hasOwn(CODES, failure.name)) return CODES[failure.name];
  if (isThrottlingError(failure)) return 'Throttled';
  if (isTimeout(failure)) return 'DeadlineExceeded';
  if (isNetworkFailure(failure)) return 'StorageUnavailable';
  const status = httpStatus(failure);
  if (status === undefined) return undefined;
  // A success that cannot be read is as good as no answer.
  return status >= 500 || status < 300 ? 'StorageUnavailable' : 'StorageError';
}
