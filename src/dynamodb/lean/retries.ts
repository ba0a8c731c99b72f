import {
  getRetryAfterHint,
  isServerError,
  isThrottlingError,
  isTransientError,
} from '@smithy/core/retry';
import type { RetryErrorType, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { CancellationSignal } from '../calls/cancellation.ts';
import type { SdkFailure } from '../calls/failures.ts';
import { currentOperation, type Operation } from '../calls/operation.ts';

/** Asks the strategy for another attempt; throws the failure where there is to be none. */
export async function nextToken(
  strategy: RetryStrategyV2,
  token: RetryToken,
  error: SdkFailure,
  operation: Operation,
): Promise<RetryToken> {
  const retryAfterHint = getRetryAfterHint(error.$response);
  const info = { error, errorType: errorType(error), ...(retryAfterHint && { retryAfterHint }) };
  try {
    return await untilAborted(
      currentOperation.run(operation, () => strategy.refreshRetryTokenForRetry(token, info)),
      operation.signal,
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

function untilAborted<Result>(
  promise: Promise<Result>,
  signal: CancellationSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('Aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
