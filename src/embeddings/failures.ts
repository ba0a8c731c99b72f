import type { Call } from '../dynamodb/calls/call.ts';
import { ServiceError } from '../errors.ts';

/** Statuses that another attempt may not meet. */
const PASSING = new Set([408, 425, 429]);

/** The embeddings service answered with an error; its text can quote what was asked. */
export class RefusedEmbedding extends Error {
  override readonly name = 'RefusedEmbedding';
  readonly status: number;

  constructor(status: number) {
    super(`The embeddings service answered with HTTP ${status}.`);
    this.status = status;
  }

  get isPassing(): boolean {
    return this.status >= 500 || PASSING.has(this.status);
  }
}

/** What the service is set up with does not fit its index, or is no vector: its operator has to act. */
export function unfit(sentence: string): ServiceError {
  return new ServiceError('EmbeddingsUnavailable', sentence, { retryable: false });
}

/** The error for whatever kept a text from becoming a vector; what is known of it is logged. */
export function unavailable(error: unknown, call: Call): ServiceError {
  const failure = translate(error, call);
  call.log.warn(
    {
      code: failure.code,
      error: error instanceof Error ? error.name : undefined,
      error_code: codeOf(error),
      ...(error instanceof RefusedEmbedding && { http_status: error.status }),
    },
    `The embeddings failed: ${failure.message}`,
  );
  return failure;
}

function translate(error: unknown, { abandoned }: Call): ServiceError {
  if (error instanceof ServiceError && error.code === 'EmbeddingsUnavailable') return error;
  if (abandoned.aborted) return failed('The embeddings service did not answer in time.', error);
  if (error instanceof RefusedEmbedding && !error.isPassing) {
    return failed(
      'The embeddings service refuses this text, or the way that this service is configured; its operator has to look into it.',
      error,
      false,
    );
  }
  return failed('The embeddings service cannot be used at the moment.', error);
}

function failed(sentence: string, cause: unknown, retryable = true): ServiceError {
  return new ServiceError('EmbeddingsUnavailable', sentence, { cause, retryable });
}

/** The code of a failure of the network, which fetch hides in the cause. */
function codeOf(error: unknown): unknown {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' || cause === undefined ? code : codeOf(cause);
}
