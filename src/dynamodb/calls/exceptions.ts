import { isThrottlingError } from '@smithy/core/retry';
import { type ErrorCode, ServiceError } from '../../errors.ts';
import { asFailure, httpStatus, isNetworkFailure, isTimeout, type SdkFailure } from './failures.ts';
import { explainRefusal } from './refusals.ts';

/** What the caller reads where no more is known than the code. */
const SENTENCES = {
  ConditionalCheckFailed: 'The condition is not met by the stored item.',
  Conflict: 'Another write to the same item is in progress.',
  TooLarge: 'The items under this partition key are larger than DynamoDB allows together.',
  Throttled: 'DynamoDB throttles this table; try again more slowly.',
  StorageUnavailable: 'DynamoDB or the table cannot be reached at the moment.',
  StorageMisconfigured: 'The service is not allowed to use its table; its operator has to act.',
  StorageError: 'DynamoDB gave an answer that the service cannot use.',
  DeadlineExceeded: 'DynamoDB did not answer in time.',
  OutcomeUnknown:
    'The write was sent but its answer was lost: it may or may not have been applied.',
} as const satisfies Partial<Record<ErrorCode, string>>;

type StorageCode = keyof typeof SENTENCES;

/** DynamoDB's exceptions by name; throttling, 5xx and network failures are told otherwise. */
const CODES: Record<string, StorageCode> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  TransactionConflictException: 'Conflict',
  TransactionInProgressException: 'Conflict',
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

export function storageError(code: StorageCode, cause?: unknown): ServiceError {
  return new ServiceError(code, SENTENCES[code], { cause });
}

/** The error of ours for what the SDK threw; the SDK's own text stays in the cause. */
export function translateFailure(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const failure = asFailure(error);
  if (failure.name === 'ValidationException') return explainRefusal(failure);
  const code = storageCode(failure);
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
