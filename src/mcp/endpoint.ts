import {
  type AuthInfo,
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  McpServer,
  type McpServerFactory,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { isJsonObject } from '../json/parse.ts';
import type { Principal } from '../tools/tool.ts';
import { acceptsEventStream, authInfoOf } from './caller.ts';
import { replyWithOwnIds } from './exact-ids.ts';
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
}

/** Who may call: names without ports, `*` for any; nothing for the names of the own machine. */
export interface McpGuards {
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  onError: (error: Error) => void;
}

export function createMcpEndpoint(factory: McpServerFactory, guards: McpGuards): McpEndpoint {
  const hosts = orElse(guards.allowedHosts, localhostAllowedHostnames);
  const origins = orElse(guards.allowedOrigins, localhostAllowedOrigins);
  const current = createMcpHandler(factory, { legacy: 'reject', onerror: guards.onError });
  return {
    handle: async (request, { body, principal, requestId }) => {
      const refusal = refuse(request, hosts, origins);
      if (refusal) return refusal;
      const authInfo = authInfoOf(principal, requestId);
      const parsedBody = readMessage(body);
      const reply = (await isLegacyRequest(request, parsedBody))
        ? await handleLegacy(factory, request, parsedBody, authInfo)
        : await current.fetch(request, { authInfo, parsedBody });
      return parsedBody === body ? reply : replyWithOwnIds(reply);
    },
    close: () => current.close(),
  };
}

function orElse(configured: readonly string[], localhost: () => string[]): string[] {
  return configured.length > 0 ? [...configured] : localhost();
}

function refuse(request: Request, hosts: string[], origins: string[]): Response | undefined {
  if (!hosts.includes('*')) {
    const refusal = hostHeaderValidationResponse(request, hosts);
    if (refusal) return refusal;
  }
  if (!origins.includes('*')) {
    const refusal = originValidationResponse(request, origins);
    if (refusal) return refusal;
  }
  if (request.method !== 'POST') {
    const error = { code: -32_000, message: 'Only POST is served here.' };
    return Response.json(
      { jsonrpc: '2.0', id: null, error },
      { status: 405, headers: { allow: 'POST' } },
    );
  }
  return undefined;
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
