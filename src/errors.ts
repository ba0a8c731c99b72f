interface ErrorKind {
  status: number;
  retryable: boolean;
  /** Seconds for a Retry-After header. */
  retryAfterSeconds?: number;
}

/**
 * The error table: every code a caller can meet, its HTTP status, and whether the same call may
 * succeed when it is sent again unchanged.
 */
export const ERRORS = {
  ValidationError: { status: 400, retryable: false },
  Unauthenticated: { status: 401, retryable: false },
  Forbidden: { status: 403, retryable: false },
  ItemNotFound: { status: 404, retryable: false },
  NotFound: { status: 404, retryable: false },
  MethodNotAllowed: { status: 405, retryable: false },
  ConditionalCheckFailed: { status: 409, retryable: false },
  TransactionCanceled: { status: 409, retryable: false },
  Conflict: { status: 409, retryable: true },
  IdempotencyMismatch: { status: 409, retryable: false },
  TooLarge: { status: 413, retryable: false },
  UnsupportedMediaType: { status: 415, retryable: false },
  ConfirmationRequired: { status: 428, retryable: false },
  RateLimited: { status: 429, retryable: true, retryAfterSeconds: 1 },
  Throttled: { status: 429, retryable: true, retryAfterSeconds: 1 },
  Overloaded: { status: 503, retryable: true, retryAfterSeconds: 1 },
  StorageUnavailable: { status: 503, retryable: true },
  AuditUnavailable: { status: 503, retryable: true },
  EmbeddingsUnavailable: { status: 503, retryable: true },
  OutcomeUnknown: { status: 503, retryable: false },
  DeadlineExceeded: { status: 504, retryable: true },
  StorageMisconfigured: { status: 500, retryable: false },
  StorageError: { status: 500, retryable: false },
  InternalError: { status: 500, retryable: false },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong in a request: where (`item.tags[0]`, empty for the whole) and what. */
export interface Issue {
  path: string;
  message: string;
}

/** Why an operation of a cancelled transaction could not be done. */
export interface Reason {
  /** Where the operation stands in the request. */
  index: number;
  /** DynamoDB's code, or `ItemNotFound`. */
  code: string;
  error: string;
  /** The stored item that made a condition fail; null when there is none. */
  item?: unknown;
}

/** What a refusal asks of a caller's access token, as RFC 6750 puts it. */
export interface TokenChallenge {
  error: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** The scopes that the request needs; by default those that the service knows. */
  scopes?: readonly string[];
}

interface ErrorDetails {
  issues?: Issue[] | undefined;
  reasons?: Reason[] | undefined;
  /** Where this failure differs from others of its code. */
  retryable?: boolean;
  /** The stored item that made a condition fail; null when there is none. */
  item?: unknown;
  /** For a Retry-After header, where it differs from others of its code. */
  retryAfterSeconds?: number;
  challenge?: TokenChallenge;
  /** What confirms the call when it is sent again with it. */
  confirmation?: string | undefined;
  cause?: unknown;
}

/** The body of every reply that is not a success. */
export interface ErrorBody {
  success: false;
  error: string;
  code: ErrorCode;
  retryable: boolean;
  request_id: string;
  issues?: Issue[];
  item?: unknown;
  reasons?: Reason[];
  confirmation?: string;
}

/** A failure the caller is told about: one sentence of ours and a code of {@link ERRORS}. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly issues: Issue[] | undefined;
  readonly item: unknown;
  readonly reasons: Reason[] | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly challenge: TokenChallenge | undefined;
  readonly confirmation: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.issues = details.issues;
    this.item = details.item;
    this.reasons = details.reasons;
    this.retryable = details.retryable ?? this.kind.retryable;
    this.retryAfterSeconds = details.retryAfterSeconds ?? this.kind.retryAfterSeconds;
    this.challenge = details.challenge;
    this.confirmation = details.confirmation;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code];
  }

  get status(): number {
    return this.kind.status;
  }

  /** The reply of every transport; the cause stays in the log. */
  body(requestId: string): ErrorBody {
    return {
      success: false,
      error: this.message,
      code: this.code,
      retryable: this.retryable,
      request_id: requestId,
      ...(this.issues && { issues: this.issues }),
      ...(this.item !== undefined && { item: this.item }),
      ...(this.reasons && { reasons: this.reasons }),
      ...(this.confirmation && { confirmation: this.confirmation }),
    };
  }
}

const LONGEST_SHOWN = 256;

/** A name or path of the caller's, short enough for a reply and a log line. */
export function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** A ValidationError about one place in the request. */
export function invalid(path: string, message: string): ServiceError {
  const place = shorten(path);
  const sentence = place === '' ? message : `${place}: ${message}`;
  return new ServiceError('ValidationError', sentence, { issues: [{ path: place, message }] });
}

/** Anything thrown, as a ServiceError: what is not one already is a defect of this service. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalError', 'The service failed on this request.', { cause: error });
}

const HIGHEST_PORT = 65_535;

/** The process cannot start as it was asked to; the message is for whoever started it. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

/** Why there is no listener at an address, and what to set instead. */
export function cannotListen(
  error: unknown,
  { host, port, prefix }: { host: string; port: number; prefix: '' | 'METRICS_' },
): StartError {
  // What `listen` fails with is an error of the system.
  const { code } = error as NodeJS.ErrnoException;
  const another = port < HIGHEST_PORT ? port + 1 : port - 1;
  const why: Record<string, string> = {
    EADDRINUSE: `another process listens there. Set ${prefix}PORT to another port, as in ${prefix}PORT=${another}.`,
    EACCES: `this user may not use that port. Set ${prefix}PORT to one above 1023.`,
    EADDRNOTAVAIL: `this machine has no such address. Set ${prefix}HOST to one that it has.`,
    ENOTFOUND: `there is no such host. Set ${prefix}HOST to an address of this machine.`,
  };
  return new StartError(`Cannot listen on ${host}:${port}: ${why[code ?? ''] ?? `${code}.`}`, {
    cause: error,
  });
}
