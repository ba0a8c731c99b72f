import type { FastifyReply, FastifyRequest } from 'fastify';

const METHODS = 'GET, POST, DELETE';
/** What callers of the tools and of MCP send. */
const REQUEST_HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'traceparent',
  'tracestate',
  'x-confirmation',
  'x-request-id',
].join(', ');
/** What a page may read of a reply, besides what it may anyway. */
const REPLY_HEADERS = [
  'allow',
  'mcp-protocol-version',
  'mcp-session-id',
  'retry-after',
  'www-authenticate',
  'x-attempts',
  'x-consumed-capacity',
  'x-request-id',
].join(', ');
const PREFLIGHT_LASTS_S = '600';

/** Whether a browser asks if a page may send a request. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Lets the page of an allowed origin read the reply, whatever it will be. */
export function letPageRead(reply: FastifyReply, origin: string): void {
  void reply
    .header('access-control-allow-origin', origin)
    .header('access-control-expose-headers', REPLY_HEADERS);
}

/** Answers a preflight of an allowed origin; the request itself will be asked for a key. */
export function answerPreflight(reply: FastifyReply): void {
  void reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', PREFLIGHT_LASTS_S)
    .send();
}
