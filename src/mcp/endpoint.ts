import {
  type AuthInfo,
  createMcpHandler,
  isLegacyRequest,
  McpServer,
  type McpServerFactory,
  ProtocolErrorCode,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Context } from '@opentelemetry/api';
import type { Origin } from '../access/audit/call-record.ts';
import { isJsonObject } from '../json/parse.ts';
import type { Principal } from '../tools/tool.ts';
import { acceptsEventStream, authInfoOf } from './caller.ts';
import { replyWithOwnIds } from './exact-ids.ts';
import { RefusedMessage } from './message-bounds.ts';
import { readMessage } from './messages.ts';

/** MCP's Streamable HTTP without sessions: any replica answers any request, of either era. */
export interface McpEndpoint {
  /** Answers a request whose signal aborts when the exchange is over. */
  handle(request: Request, exchange: McpExchange): Promise<Response>;
  close(): Promise<void>;
}

/** What is known of a request besides its head. */
export interface McpExchange {
  /** The parsed body; undefined when there is none. */
  body: unknown;
  principal: Principal;
  requestId: string;
  origin: Origin | undefined;
  /** The span of the request; undefined where nothing is traced. */
  trace?: Context | undefined;
}

/** The endpoint on a server per request; `Host` and `Origin` were checked before. */
export function createMcpEndpoint(
  factory: McpServerFactory,
  { onError }: { onError: (error: Error) => void },
): McpEndpoint {
  const current = createMcpHandler(factory, { legacy: 'reject', onerror: onError });
  return {
    handle: async (request, { body, ...sender }) => {
      if (request.method !== 'POST') return refuseMethod();
      const authInfo = authInfoOf(sender);
      let parsedBody: unknown;
      try {
        parsedBody = readMessage(body);
      } catch (error) {
        return refuse(error);
      }
      const reply = (await isLegacyRequest(request, parsedBody))
        ? await handleLegacy(factory, request, parsedBody, authInfo)
        : await current.fetch(request, { authInfo, parsedBody });
      return parsedBody === body ? reply : replyWithOwnIds(reply);
    },
    close: () => current.close(),
  };
}

/** Params that are wrong are an answer to the request; anything else is no request. */
function refuse(error: unknown): Response {
  if (!(error instanceof RefusedMessage)) throw error;
  const status = error.code === ProtocolErrorCode.InvalidParams ? 200 : 400;
  return Response.json(error.body(), { status });
}

function refuseMethod(): Response {
  const error = { code: -32_000, message: 'Only POST is served here.' };
  return Response.json(
    { jsonrpc: '2.0', id: null, error },
    { status: 405, headers: { allow: 'POST' } },
  );
}

/** One request of a 2025-era client: plain JSON, unless notifications may come before the result. */
async function handleLegacy(
  factory: McpServerFactory,
  request: Request,
  parsedBody: unknown,
  authInfo: AuthInfo,
): Promise<Response> {
  const server = await factory({ era: 'legacy', authInfo, requestInfo: request });
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: !acceptsEventStream(request) || !mayNotify(server, parsedBody),
  });
  await server.connect(transport);
  request.signal.addEventListener('abort', () => void server.close().catch(() => {}), {
    once: true,
  });
  return transport.handleRequest(acceptingAll(request), { parsedBody, authInfo });
}

/** The SDK's transport wants both media types accepted, also where it will send plain JSON. */
function acceptingAll(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, text/event-stream');
  return new Request(request, { headers });
}

/** Whether notifications may precede a result: of progress, or the log of a server that has one. */
function mayNotify(server: Awaited<ReturnType<McpServerFactory>>, body: unknown): boolean {
  const { logging } = (server instanceof McpServer ? server.server : server).getCapabilities();
  return [body].flat().some((message) => {
    if (!isJsonObject(message) || message.method !== 'tools/call') return false;
    const params = isJsonObject(message.params) ? message.params : {};
    const wantsProgress = isJsonObject(params._meta) && params._meta.progressToken !== undefined;
    return wantsProgress || logging !== undefined;
  });
}
