import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.ts';
import type { McpEndpoint } from '../mcp/endpoint.ts';
import { type ErrorFormat, logDefect, sendError } from './error-replies.ts';

const ORIGIN = 'http://localhost';

/** JSON-RPC's own codes for what goes wrong before a message is understood. */
const JSON_RPC_CODES: Partial<Record<ErrorCode, number>> = {
  ValidationError: -32_700,
  InternalError: -32_603,
};
const SERVER_ERROR = -32_000;

/** Serves MCP at `/mcp`: Fastify reads and parses the body, the endpoint does the rest. */
export function addMcpRoute(app: FastifyInstance, endpoint: McpEndpoint, log: Logger): void {
  void app.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      logDefect(log, error, request);
      sendError(error, request, reply, jsonRpcFormat);
    });
    scope.route({
      // The endpoint answers for all of them: 405 in its own shape, but for POST.
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: '/mcp',
      handler: async (request, reply) => {
        const over = new AbortController();
        reply.raw.once('close', () => over.abort());
        const response = await endpoint.handle(toWebRequest(request, over.signal), {
          body: request.body,
          principal: request.principal,
          requestId: request.id,
        });
        return sendWebResponse(reply, response);
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

async function sendWebResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  if (!response.body) return reply.send();
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (streams) return reply.send(Readable.fromWeb(response.body as ReadableStream));
  return reply.send(await response.text());
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
