import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { asServiceError, type ErrorCode, invalid, ServiceError } from '../errors.ts';
import { isSlow, lastOwed } from './connections.ts';
import { requestId } from './request-id.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the error that it was answered with. */
    failureCode: ErrorCode | undefined;
  }
}

/** Fastify's own errors that a caller can cause, by their code. */
const FASTIFY_ERRORS: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UnsupportedMediaType',
    'Send the body with "Content-Type: application/json".',
  ],
  ECONNRESET: ['ValidationError', 'The request ended before its body was complete.'],
  FST_ERR_BAD_URL: ['ValidationError', 'The path is not valid.'],
};

/** What Node's HTTP parser refuses, by its code. */
const MALFORMED: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are too large.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

/** The body of an error reply. */
export type ErrorFormat = (failure: ServiceError, requestId: string) => object;

const REST_FORMAT: ErrorFormat = (failure, requestId) => failure.body(requestId);

/** Any error of a request as the reply of the contract; other routes may have another body. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  format: ErrorFormat = REST_FORMAT,
): void {
  const failure = toServiceError(error);
  request.failureCode = failure.code;
  if (failure.code === 'Unauthenticated' && !reply.hasHeader('www-authenticate')) {
    reply.header('www-authenticate', 'Bearer');
  }
  if (failure.retryAfterSeconds) reply.header('retry-after', failure.retryAfterSeconds);
  void reply
    .code(failure.status)
    .type('application/json; charset=utf-8')
    .send(format(failure, request.id));
}

/** Refuses what no route takes, before its body is read: 405 where another method would do. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const methodsOf = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    methodsOf.set(url, [...(methodsOf.get(url) ?? []), ...[method].flat()]);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?');
    const allowed = methodsOf.get(path) ?? methodsOf.get(path.replace(/\/$/, ''));
    if (!allowed) throw new ServiceError('NotFound', 'There is no such route.');
    reply.header('allow', allowed.join(', '));
    throw new ServiceError('MethodNotAllowed', `Use ${allowed.join(' or ')} for this route.`);
  });
}

/** Logs what is not an outcome of a tool, which `invoke` has logged already. */
export function logDefect(log: Logger, error: unknown, request: FastifyRequest): void {
  const failure = toServiceError(error);
  if (error instanceof ServiceError || failure.code !== 'InternalError') return;
  const { stack } = error instanceof Error ? error : new Error(String(error));
  const { status, code } = failure;
  log.error({ request_id: request.id, status, code, stack }, 'Unexpected error');
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['Unauthenticated', 'Forbidden', 'RateLimited']);

/** Logs that a request was turned away before a tool was asked, of which no other line tells. */
export function logRefusal(log: Logger, error: unknown, request: FastifyRequest): void {
  if (!(error instanceof ServiceError) || !REFUSALS.has(error.code)) return;
  log.info({ request_id: request.id, status: error.status, code: error.code }, 'Request refused');
}

/** Answers what is not HTTP, behind the answers that the connection still owes. */
export function replyToMalformedHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isSlow(socket)) return;
  const owed = lastOwed(socket);
  if (owed && socket.writable) {
    owed.once('close', () => refuseMalformed(error, socket));
    return;
  }
  refuseMalformed(error, socket);
}

function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const id = requestId({ headers: {} });
  const sentence = MALFORMED[error.code ?? ''] ?? 'This is not a valid HTTP request.';
  const failure = invalid('', sentence);
  const body = JSON.stringify(failure.body(id));
  const head = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function toServiceError(error: unknown): ServiceError {
  const name = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = Object.hasOwn(FASTIFY_ERRORS, name) ? FASTIFY_ERRORS[name] : undefined;
  if (known) {
    const [code, sentence] = known;
    return code === 'ValidationError' ? invalid('', sentence) : new ServiceError(code, sentence);
  }
  return asServiceError(error);
}
