import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Budget } from '../dynamodb/calls/budget.ts';
import type { ErrorCode } from '../errors.ts';
import type { McpEndpoint } from '../mcp/endpoint.ts';
import type { Principal } from '../tools/tool.ts';
import type { Challenge } from './challenges.ts';
import { type ErrorFormat, logDefect, logRefusal, sendError } from './error-replies.ts';
import type { OriginOf } from './origin.ts';
import { MCP_PATH } from './protected-resource.ts';
import { holdReply, refuseWhenFull } from './reply-budget.ts';

const ORIGIN = 'http://localhost';

/** JSON-RPC's own codes for what goes wrong before a message is understood. */
const JSON_RPC_CODES: Partial<Record<ErrorCode, number>> = {
  ValidationError: -32_700,
  InternalError: -32_603,
};
const SERVER_ERROR = -32_000;

/** What is said of a connection is for this server to say: whether it closes, and how it frames. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** What the route of MCP needs to know. */
export interface McpRouteOptions {
  endpoint: McpEndpoint;
  /** What all replies may take together while they are sent. */
  replies: Budget;
  log: Logger;
  /** How a request came in, where somebody wants to know. */
  originOf: OriginOf | undefined;
  /** Says what a token would have to be, in the header of a refusal. */
  challenge?: Challenge | undefined;
  /** Looks at a parsed body before the protocol does; throws what becomes the HTTP reply. */
  authoriseMessage?: ((principal: Principal, body: unknown) => void) | undefined;
}

/** Serves MCP at `/mcp`: Fastify reads and parses the body, the endpoint does the rest. */
export function addMcpRoute(app: FastifyInstance, options: McpRouteOptions): void {
  const { endpoint, replies, log, challenge, authoriseMessage, originOf } = options;
  void app.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      logDefect(log, error, request);
      logRefusal(log, error, request);
      challenge?.(error, request, reply);
      sendError(error, request, reply, jsonRpcFormat);
    });
    scope.route({
      // The endpoint answers for all of them: 405 in its own shape, but for POST.
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: MCP_PATH,
      handler: async (request, reply) => {
        const { share } = request.principal;
        authoriseMessage?.(request.principal, request.body);
        refuseWhenFull(replies, share);
        const over = new AbortController();
        reply.raw.once('close', () => over.abort());
        const response = await endpoint.handle(toWebRequest(request, over.signal), {
          body: request.body,
          principal: request.principal,
          requestId: request.id,
          trace: request.trace,
          origin: originOf?.('mcp', request),
        });
        // What a call did has to be told, whatever there is room for.
        const hold = (text: string) =>
          holdReply(replies, share, { response: reply.raw, body: text, repeatable: false });
        return sendWebResponse(reply, response, hold);
      },
    });
    done();
  });
}

/** The head of a request as the web has it; its body was read already. */
function toWebRequest({ method, url, headers }: FastifyRequest, signal: AbortSignal): Request {
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return new Request(ORIGIN + url, { method, headers: entries, signal });
}

async function sendWebResponse(
  reply: FastifyReply,
  response: Response,
  hold: (text: string) => void,
): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    if (!OF_CONNECTIONS.has(name)) reply.header(name, value);
  }
  if (!response.body) return reply.send();
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (streams) {
    const events = response.body.pipeThrough(new TextDecoderStream()) as ReadableStream<string>;
    return reply.send(Readable.from(held(events, hold)));
  }
  const text = await response.text();
  hold(text);
  return reply.send(text);
}

/** The pieces of a stream, each counted before it waits for its reader. */
async function* held(events: ReadableStream<string>, hold: (text: string) => void) {
  for await (const piece of events) {
    hold(piece);
    yield piece;
  }
}

/** An error before any message was understood. */
const jsonRpcFormat: ErrorFormat = ({ code, message }, requestId) => ({
  jsonrpc: '2.0',
  id: null,
  error: {
    code: JSON_RPC_CODES[code] ?? SERVER_ERROR,
    message,
    data: { code, request_id: requestId },
  },
});
