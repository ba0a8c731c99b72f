import type { IncomingMessage } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import type { Logger } from 'pino';
import { invalid } from '../errors.ts';
import type { McpEndpoint } from '../mcp/endpoint.ts';
import type { MemoryBudgets } from '../memory.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import type { Invoke } from '../tools/invoke.ts';
import type { AnyTool, Principal } from '../tools/tool.ts';
import type { ApiKeyHash } from './api-keys.ts';
import { authenticateRequests, type TokenAccess } from './authentication.ts';
import { guardAgainstPages } from './browser-guard.ts';
import { addBulkRoutes, type BulkRouteOptions } from './bulk/bulk-routes.ts';
import { createChallenge } from './challenges.ts';
import { createClientAddress } from './client-address.ts';
import { rememberAnswers } from './connections.ts';
import { addConsoleRoutes, type ConsoleOptions } from './console/console-routes.ts';
import {
  logDefect,
  logRefusal,
  refuseUnknownRoutes,
  replyToMalformedHttp,
  sendError,
} from './error-replies.ts';
import { readJsonBodies } from './json-body.ts';
import { addMcpRoute } from './mcp-route.ts';
import { observeRequests } from './observed-requests.ts';
import { openApiDocument } from './openapi.ts';
import { createOriginOf } from './origin.ts';
import { addMetadataRoutes, type ProtectedResource } from './protected-resource.ts';
import { requestId } from './request-id.ts';
import { addStatusRoutes, type Status } from './status-routes.ts';
import { addToolRoutes } from './tool-routes.ts';
import { discardUnreadBody, hasUnreadBody } from './unread-body.ts';
import type { AllowedWeb } from './web-origins.ts';

/** A load balancer that keeps connections for 60 s must never meet one that was just closed. */
export const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const HEADERS_TIMEOUT_MS = 75_000;
/** A caller that neither sends nor reads is cut off within 90 s: in so much, found out so often. */
const REQUEST_TIMEOUT_MS = 80_000;
const IDLE_TIMEOUT_MS = 85_000;
const TIMEOUT_CHECK_MS = 5_000;
const HOST = 'host';

/** Access tokens, and what is told of them. */
export interface TokenOptions extends TokenAccess {
  /** What clients can find out; undefined while there is no issuer. */
  resource(): ProtectedResource | undefined;
  /** Looks at every message to `/mcp` before the protocol does; may throw. */
  authoriseMessage?(principal: Principal, body: unknown): void;
}

export interface ServerOptions {
  tools: readonly AnyTool[];
  invoke: Invoke;
  mcp: McpEndpoint;
  bulk?: Pick<BulkRouteOptions, 'bulk' | 'draining'>;
  status: Status;
  apiKeys: readonly ApiKeyHash[];
  /** With a policy: access tokens beside the keys, and nobody without either. */
  tokens?: TokenOptions | undefined;
  /** IP addresses and CIDRs whose `X-Forwarded-For` is believed; by default none. */
  trustedProxies?: readonly string[] | undefined;
  /** Web pages, and names of the service, besides those of this machine. */
  allowedWeb: AllowedWeb;
  /** Where there is a console. */
  console?: ConsoleOptions | undefined;
  maxBodyBytes: number;
  budgets: Pick<MemoryBudgets, 'bodies' | 'replies' | 'streams'>;
  /** Where requests are measured and traced. */
  telemetry?: Telemetry | undefined;
  log: Logger;
}

/** The assembled server. */
export type HttpServer = FastifyInstance;

/** The HTTP server, not yet listening. */
export function createServer(options: ServerOptions): HttpServer {
  const { tools, invoke, status, log, tokens } = options;
  const challenge = tokens && createChallenge(() => tokens.resource());
  const app = fastify({
    logger: false,
    genReqId: requestId,
    bodyLimit: options.maxBodyBytes,
    routerOptions: { ignoreTrailingSlash: true },
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      requireHostHeader: false,
    },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: replyToMalformedHttp,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendError(error, request, reply);
    },
  });
  readJsonBodies(app, options.budgets.bodies);
  app.setErrorHandler((error, request, reply) => {
    logDefect(log, error, request);
    // Those of a caller who is known are outcomes of a tool.
    if (!request.principal) logRefusal(log, error, request);
    challenge?.(error, request, reply);
    sendError(error, request, reply);
  });
  app.decorateRequest('failureCode');
  if (options.telemetry) observeRequests(app, options.telemetry);
  // Hooks call back: a promise for each would cost more than what they do.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  answerAllRequests(app);
  rememberAnswers(app.server);
  guardAgainstPages(app, options.allowedWeb);
  const addressOf = createClientAddress(options.trustedProxies ?? []);
  // Only an audit, metrics and the console ask.
  const isAsked = tokens || options.telemetry || options.console;
  const origin = isAsked ? createOriginOf(addressOf) : undefined;
  authenticateRequests(app, { apiKeys: options.apiKeys, tokens, addressOf });
  refuseUnknownRoutes(app);
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (status.draining) reply.header('connection', 'close');
    if (hasUnreadBody(request.raw)) discardUnreadBody(request.raw);
    done();
  });
  if (log.isLevelEnabled('debug')) logAnswers(app, log);
  const hasConsole = options.console !== undefined && addConsoleRoutes(app, options.console);
  addStatusRoutes(app, status, hasConsole);
  addToolRoutes(app, {
    tools,
    invoke,
    maxBodyBytes: options.maxBodyBytes,
    replies: options.budgets.replies,
    originOf: origin,
  });
  addMcpRoute(app, {
    originOf: origin,
    endpoint: options.mcp,
    replies: options.budgets.replies,
    log,
    challenge,
    authoriseMessage: tokens?.authoriseMessage?.bind(tokens),
  });
  if (options.bulk) {
    const { streams } = options.budgets;
    addBulkRoutes(app, { ...options.bulk, streams, originOf: origin, log });
  }
  if (tokens) addMetadataRoutes(app, () => tokens.resource());
  const document = openApiDocument(tools, status.version);
  app.get('/openapi.json', async () => document);
  return app;
}

/** Takes over what Node would refuse by itself with an empty body. */
function answerAllRequests(app: HttpServer): void {
  for (const event of ['checkExpectation', 'checkContinue']) {
    app.server.on(event, (request, response) => app.server.emit('request', request, response));
  }
  app.addHook('onRequest', ({ raw, headers }, _reply, done) => {
    if (hosts(raw) > 1) throw invalid('', 'A request must have exactly one Host header.');
    if (raw.httpVersion === '1.1' && headers.host === undefined) {
      throw invalid('', 'An HTTP/1.1 request needs a Host header.');
    }
    done();
  });
}

function hosts({ rawHeaders }: IncomingMessage): number {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === HOST.length && name.toLowerCase() === HOST) found++;
  }
  return found;
}

function logAnswers(app: HttpServer, log: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.debug(
      {
        request_id: request.id,
        method: request.method,
        path: request.routeOptions.url,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'Request answered',
    );
    done();
  });
}
