import type { Logger } from 'pino';
import { type OpenAccess, openAccess } from './access/open-access.ts';
import { createBulkService } from './bulk-service.ts';
import { type Config, PROCESS_ENVIRONMENT } from './config.ts';
import { consoleOptions, liveCalls } from './console-options.ts';
import { Cancellation } from './dynamodb/calls/cancellation.ts';
import type { Gateway } from './dynamodb/gateway.ts';
import { createEmbed, type Embed } from './embeddings/embed.ts';
import { cannotListen } from './errors.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { endConnections, untilUnused } from './http/connections.ts';
import { createServer, type HttpServer } from './http/server.ts';
import { createMcpEndpoint } from './mcp/endpoint.ts';
import { createMcpServerFactory, type McpServerFactory } from './mcp/server.ts';
import { type MemoryBudgets, memoryBudgets } from './memory.ts';
import type { Telemetry } from './observability/telemetry/telemetry.ts';
import { createReadiness } from './readiness.ts';
import { createSchemaReader } from './schema-reader.ts';
import { readTableGuide } from './table-guide.ts';
import { tokenOptions } from './token-options.ts';
import { createInvoke, type Invoke } from './tools/invoke.ts';
import type { LiveCalls } from './tools/live-calls.ts';
import { createCallObserver } from './tools/observed-calls.ts';
import { toolsFor } from './tools/registry.ts';
import { VERSION } from './version.ts';

const HTTP_PORT = 80;
/** How long requests in flight may take beyond their own deadline before they are cut. */
export const DRAIN_GRACE_MS = 2_000;

/** The running service. */
export interface App {
  /** Starts listening; the address as a URL. */
  listen(): Promise<string>;
  /** Drains and closes: not ready, then no new connections, then no open ones. */
  close(): Promise<void>;
}

/** What the parts of a service share. */
export interface Shared {
  /** Who may do what; undefined where no policy says. */
  access?: OpenAccess | undefined;
  /** Where the service is measured and traced. */
  telemetry?: Telemetry | undefined;
  /** What requests under way may take in memory; by default what fits this process. */
  budgets?: MemoryBudgets | undefined;
  /** Calls for those who watch, where there is a console. */
  live?: LiveCalls | undefined;
}

/** What makes vectors of texts, by the SDK's own credentials also beside the embedded database. */
function configuredEmbed(config: Config): Embed | undefined {
  if (!config.EMBEDDINGS) return undefined;
  const { region, hasCredentialsEndpoint, maxInFlight, maxQueue } = gatewaySettings(config);
  const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint, AWS_ENDPOINT_URL } = PROCESS_ENVIRONMENT;
  return createEmbed(config.EMBEDDINGS, {
    region,
    hasCredentialsEndpoint,
    endpoint: endpoint ?? AWS_ENDPOINT_URL,
    apiKey: config.EMBEDDINGS_API_KEY,
    maxInFlight,
    maxQueue,
  });
}

/** What runs tools on a gateway, as configured. */
export function createInvoker(
  config: Config,
  gateway: Gateway,
  log: Logger,
  { access, telemetry, live, budgets: { pages } = memoryBudgets() }: Shared,
): Invoke {
  const { instruments } = telemetry ?? {};
  return createInvoke(gateway, log, {
    access: access?.control,
    audit: access?.audit,
    watch: live,
    observe:
      instruments && createCallObserver(instruments, (identity) => access?.roleName(identity)),
    requestDeadlineMs: config.REQUEST_DEADLINE_MS,
    readOnly: config.READ_ONLY,
    embed: configuredEmbed(config),
    guide: readTableGuide(config.TABLE_GUIDE_FILE),
    results: { maxBytes: config.MAX_RESULT_BYTES, budget: pages },
  });
}

/** Who may do what, as configured; undefined where no policy says. */
export function configuredAccess(config: Config, gateway: Gateway, log: Logger) {
  return openAccess({
    ...config,
    tools: toolsFor(gateway.tableNames),
    tables: gateway.tableNames,
    apiKeyNames: config.API_KEYS.map(({ name }) => name),
    log,
  });
}

/** The MCP servers, for any transport. */
export function createMcpServers(
  config: Config,
  gateway: Gateway,
  invoke: Invoke,
  log: Logger,
  { access, telemetry }: Shared,
): McpServerFactory {
  return createMcpServerFactory({
    tools: toolsFor(gateway.tableNames),
    tables: gateway.tableNames,
    invoke,
    control: access?.control,
    schemas: createSchemaReader(gateway, log),
    embeds: config.EMBEDDINGS !== undefined,
    version: VERSION,
    readOnly: config.READ_ONLY,
    resultMode: config.MCP_RESULT_MODE,
    maxResultBytes: config.MCP_MAX_RESULT_BYTES,
    telemetry,
  });
}

/** Builds the service from its configuration; DynamoDB is not contacted before it listens. */
export function createApp(
  config: Config,
  gateway: Gateway,
  log: Logger,
  { budgets = memoryBudgets(), telemetry }: Omit<Shared, 'access' | 'live'> = {},
): App {
  const readiness = gateway.tableNames.map((name): [string, () => Promise<boolean>] => [
    name,
    createReadiness(gateway.at(name), log),
  ]);
  const status = {
    table: gateway.tableName,
    version: VERSION,
    draining: false,
    tables: new Map(readiness),
  };
  const access = configuredAccess(config, gateway, log);
  const live = liveCalls(config, access);
  const shared = { access, telemetry, budgets, live };
  const invoke = createInvoker(config, gateway, log, shared);
  const mcp = createMcpEndpoint(createMcpServers(config, gateway, invoke, log, shared), {
    onError: (error) => log.debug({ err: error }, 'MCP request refused'),
  });
  const tools = toolsFor(gateway.tableNames);
  const draining = new Cancellation();
  const server = createServer({
    tools,
    invoke,
    mcp,
    bulk: { bulk: createBulkService(config, gateway, log, { invoke, access }), draining },
    status,
    apiKeys: config.API_KEYS,
    tokens: access && tokenOptions(access, tools),
    console: live && consoleOptions(config, live, tools, gateway.tableNames, access),
    budgets,
    telemetry,
    allowedWeb: {
      hosts: [...config.ALLOWED_HOSTS, ...config.MCP_ALLOWED_HOSTS],
      origins: [...config.ALLOWED_ORIGINS, ...config.MCP_ALLOWED_ORIGINS],
    },
    trustedProxies: config.TRUSTED_PROXIES,
    maxBodyBytes: config.MAX_BODY_BYTES,
    log,
  });
  return {
    listen: async () => {
      const url = await listen(server, config);
      for (const [, isReady] of readiness) void isReady();
      return url;
    },
    close: async () => {
      status.draining = true;
      draining.abort();
      await untilUnused(server.server, config.DRAIN_DELAY_MS);
      const stop = endConnections(server.server, config.REQUEST_DEADLINE_MS + DRAIN_GRACE_MS);
      await server.close();
      stop();
      await mcp.close();
      access?.close();
    },
  };
}

async function listen(server: HttpServer, { HOST: host, PORT: port }: Config) {
  try {
    const url = new URL(await server.listen({ host, port }));
    // Fastify names the loopback address where all addresses are meant.
    return `http://${host.includes(':') ? `[${host}]` : host}:${url.port || HTTP_PORT}`;
  } catch (error) {
    throw cannotListen(error, { host, port, prefix: '' });
  }
}
