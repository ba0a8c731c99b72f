import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { type Reason, ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { storageError } from '../calls/exceptions.ts';
import { asFailure, isCancelledForNow, reasonsOf } from '../calls/failures.ts';
import { explainRefusal } from '../calls/refusals.ts';
import { decodeAttributes } from '../lean/decode.ts';
import type { Write } from './writes/write.ts';

/** Why an operation of a cancelled transaction failed, as it would have failed alone. */
export interface OperationFailure {
  readonly index: number;
  /** DynamoDB's code. */
  readonly code: string;
  readonly failure: ServiceError;
  /** The item that its condition failed on; null where there is none. */
  readonly stored: JsonObject | null | undefined;
}

/** What each reason of DynamoDB's is without a transaction; the rest is not known. */
const FAILURES: Record<string, (reason: CancellationReason) => ServiceError> = {
  TransactionConflict: (reason) => storageError('Conflict', reason),
  ThrottlingError: (reason) => storageError('Throttled', reason),
  ProvisionedThroughputExceeded: (reason) => storageError('Throttled', reason),
  ItemCollectionSizeLimitExceeded: (reason) => storageError('TooLarge', reason),
  ValidationError: ({ Message = '' }) => explainRefusal(asFailure(new Error(Message))),
};

/** Why the writes of a cancelled transaction failed; undefined where it failed otherwise. */
export function failuresOf(
  error: unknown,
  writes: readonly Write[],
  call: Call,
): OperationFailure[] | undefined {
  if (!(error instanceof ServiceError) || error.code !== 'TransactionCanceled') return undefined;
  return reasonsOf(error.cause).map(([index, reason]) => {
    const { Code: code = '', Item: item } = reason;
    const stored = item ? decodeAttributes(item) : null;
    return { index, code, stored, failure: failureOf(reason, stored, writes[index], call) };
  });
}

function failureOf(
  reason: CancellationReason,
  stored: JsonObject | null | undefined,
  write: Write | undefined,
  call: Call,
): ServiceError {
  const { Code: code = '' } = reason;
  if (write && code === 'ConditionalCheckFailed') {
    return write.explain(storageError('ConditionalCheckFailed', reason), stored, call);
  }
  return FAILURES[code]?.(reason) ?? storageError('StorageError', reason);
}

/** A cancelled transaction's error: what is not valid or too large is that, whatever else failed. */
export function cancelled(
  failures: readonly OperationFailure[],
  error: unknown,
  { list, nothing }: { list: string; nothing: string },
): ServiceError {
  const { cause } = error as ServiceError;
  const [first] = failures;
  const refused = failures.find(({ failure: { code } }) => REFUSED.has(code));
  const { index, failure } = refused ?? first ?? {};
  const because = failure ? `, because of ${list}[${index}]: ${failure.message}` : '.';
  return new ServiceError(refused?.failure.code ?? 'TransactionCanceled', `${nothing}${because}`, {
    cause,
    reasons: failures.map(asReason),
    retryable: isCancelledForNow(cause),
  });
}

const REFUSED = new Set<string>(['ValidationError', 'TooLarge']);

function asReason({ index, code, failure }: OperationFailure): Reason {
  return {
    index,
    code: failure.code === 'ItemNotFound' ? failure.code : code,
    error: failure.message,
    ...(failure.item !== undefined && { item: failure.item }),
  };
}
