import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottlingError, StandardRetryStrategy } from '@smithy/core/retry';
import type {
  RetryErrorInfo,
  StandardRetryBackoffStrategy,
  StandardRetryToken,
} from '@smithy/types';
import { timeLeft } from './call.ts';
import {
  asFailure,
  httpStatus,
  isCancelledForNow,
  isExpiredToken,
  isInProgress,
} from './failures.ts';
import { currentOperation, type Operation } from './operation.ts';

const MAX_DELAY_MS = 20_000;
const IN_PROGRESS_DELAY_MS = 200;
/** With less time than this left, an attempt could only end with its outcome unknown. */
const LEAST_TIME_MS = 100;

/**
 * The SDK's standard retries (classification, full jitter, retry quota), which also give up when
 * repeating could apply a write twice, or when the next attempt would start after the deadline.
 * Giving up lets the SDK throw the error that DynamoDB or the network gave. Credentials that have
 * expired are forgotten, and the request, which was refused, is sent once more with new ones. What
 * another attempt has begun is waited for, as long as there is time.
 */
export class DeadlineRetryStrategy extends StandardRetryStrategy {
  readonly #forgetCredentials: () => void;

  constructor(maxAttempts: number, forgetCredentials: () => void) {
    super({ maxAttempts, backoff: new DeadlineBackoff() });
    this.#forgetCredentials = forgetCredentials;
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    errorInfo: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    const operation = currentOperation.getStore();
    operation?.failed(errorInfo.error);
    if (operation?.ambiguous && !operation.policy.repeatable) {
      throw new Error('A write of unknown outcome is not repeated.');
    }
    const { retryAfterHint, ...info } = errorInfo;
    if (operation) operation.askedDelay = (retryAfterHint?.getTime() ?? 0) - Date.now();
    if (operation?.policy.tokened && isInProgress(info.error)) return waitFor(operation, token);
    if (isCancelledForNow(info.error)) {
      return super.refreshRetryTokenForRetry(token, { ...info, errorType: 'THROTTLING' });
    }
    if (!isExpiredToken(info.error)) return super.refreshRetryTokenForRetry(token, info);
    this.#forgetCredentials();
    if (token.getRetryCount() > 0) throw new Error('The credentials have expired.');
    return super.refreshRetryTokenForRetry(token, { ...info, errorType: 'TRANSIENT' });
  }
}

/** What is being executed will end: asking again costs no attempt. */
async function waitFor(
  operation: Operation,
  token: StandardRetryToken,
): Promise<StandardRetryToken> {
  const delay = Math.ceil((0.5 + Math.random()) * IN_PROGRESS_DELAY_MS);
  refuseLate(operation, delay);
  logRetry(operation, delay);
  await sleep(delay);
  return token;
}

function refuseLate({ call }: Operation, delay: number): void {
  if (delay + LEAST_TIME_MS >= timeLeft(call))
    throw new Error('The retry would miss the deadline.');
}

/** Exponential backoff with full jitter; refuses a delay that would outlast the call. */
class DeadlineBackoff implements StandardRetryBackoffStrategy {
  #base = 0;

  setDelayBase(milliseconds: number): void {
    this.#base = milliseconds;
  }

  computeNextBackoffDelay(retries: number): number {
    const operation = currentOperation.getStore();
    const delay = Math.max(
      Math.floor(Math.random() * Math.min(this.#base * 2 ** retries, MAX_DELAY_MS)),
      operation?.askedDelay ?? 0,
    );
    if (operation) {
      refuseLate(operation, delay);
      logRetry(operation, delay);
    }
    return delay;
  }
}

function logRetry(operation: Operation, delay: number): void {
  const failure = asFailure(operation.lastFailure);
  const throttled = isThrottlingError(failure);
  operation.retries++;
  if (throttled) operation.throttledRetries++;
  operation.call.log.warn(
    {
      operation: operation.name,
      attempts: operation.attempts,
      delay_ms: delay,
      error: failure.name,
      error_code: failure.code,
      http_status: httpStatus(failure),
      throttled,
    },
    `Retrying ${operation.name}`,
  );
}
