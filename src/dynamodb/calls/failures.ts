import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import type { HttpResponse } from '@smithy/types';

/** What the SDK and Node put on the errors they throw. */
export interface SdkFailure extends Error {
  cause?: Error;
  code?: string;
  syscall?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $response?: HttpResponse;
  Item?: Record<string, unknown>;
  CancellationReasons?: CancellationReason[];
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // A proxy made no way.
  'ERR_PROXY_TUNNEL',
]);

export function asFailure(error: unknown): SdkFailure {
  return (error instanceof Error ? error : new Error(String(error))) as SdkFailure;
}

/** The codes of reasons that pass by themselves. */
const PASSING = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Whether a transaction was cancelled, which is to say that it was not executed. */
function isCancelled(error: unknown): boolean {
  return asFailure(error).name === 'TransactionCanceledException';
}

/** The reasons of a cancelled transaction that say something, with their places in the request. */
export function reasonsOf(error: unknown): [index: number, reason: CancellationReason][] {
  const { CancellationReasons: reasons = [] } = asFailure(error);
  return [...reasons.entries()].filter(([, { Code = 'None' }]) => Code !== 'None');
}

/** Whether a transaction was cancelled only by what passes: conflicts and throttling. */
export function isCancelledForNow(error: unknown): boolean {
  const reasons = reasonsOf(error);
  return (
    isCancelled(error) &&
    reasons.length > 0 &&
    reasons.every(([, { Code = '' }]) => PASSING.has(Code))
  );
}

/** Whether a transaction was cancelled by something that stays. */
export function isCancelledForGood(error: unknown): boolean {
  return isCancelled(error) && !isCancelledForNow(error);
}

/** Whether the transaction of this token is being executed. */
export function isInProgress(error: unknown): boolean {
  return asFailure(error).name === 'TransactionInProgressException';
}

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException']);

/** True when DynamoDB refused credentials that were good once. */
export function isExpiredToken(error: unknown): boolean {
  return EXPIRED.has(asFailure(error).name);
}

/** The HTTP status that DynamoDB answered with; undefined when no answer came. */
export function httpStatus(error: SdkFailure): number | undefined {
  return error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
}

/** True when the connection could not be made, so that nothing was sent. */
function neverConnected(error: SdkFailure): boolean {
  return (
    NEVER_CONNECTED.has(error.code ?? '') || error.syscall === 'connect' || isConnectTimeout(error)
  );
}

/** The SDK's connection timeout is the only TimeoutError without a code that our settings allow. */
function isConnectTimeout(error: SdkFailure): boolean {
  return error.name === 'TimeoutError' && error.code === undefined;
}

/** True when no answer came in time, be it to the connection or to the request. */
export function isTimeout(error: SdkFailure): boolean {
  return isConnectTimeout(error) || error.code === 'ETIMEDOUT';
}

/** True for failures of the network, as opposed to an answer of DynamoDB or a defect. */
export function isNetworkFailure(error: SdkFailure): boolean {
  return httpStatus(error) === undefined && (error.code !== undefined || isTimeout(error));
}

/** True when DynamoDB may have executed the attempt that failed so. */
export function isAmbiguous(error: unknown): boolean {
  const failure = asFailure(error);
  const status = httpStatus(failure);
  if (status !== undefined) return status < 400 || status >= 500;
  return !neverConnected(failure);
}
