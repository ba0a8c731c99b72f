import type { IssuerSettings } from '../../src/access/tokens/settings.ts';
import { createTokenVerifier, type TokenVerifier } from '../../src/access/tokens/token-verifier.ts';
import { createInvoker, createMcpServers } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { createGateway } from '../../src/dynamodb/gateway.ts';
import type { ProtectedResource } from '../../src/http/protected-resource.ts';
import { createServer, type ServerOptions, type TokenOptions } from '../../src/http/server.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { createMcpEndpoint } from '../../src/mcp/endpoint.ts';
import { memoryBudgets } from '../../src/memory.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineSettings, newTable } from './service.ts';

/** A service that takes access tokens, with a policy that a test makes up. */
export interface TokenService {
  readonly url: string;
  readonly table: string;
  readonly logs: JsonObject[];
  readonly verifier: TokenVerifier;
  call(tool: string, headers?: Record<string, string>, body?: object): Promise<Response>;
  close(): Promise<void>;
}

export interface TokenServiceOptions {
  issuers: readonly IssuerSettings[];
  /** What it says of itself, if not its own URL. */
  resource?: () => ProtectedResource | undefined;
  publicUrl?: string;
  /** The scopes that it tells of. */
  scopes?: readonly string[];
  fetch?: typeof fetch;
  now?: () => number;
  authoriseMessage?: TokenOptions['authoriseMessage'];
  /** Called before a tool runs over REST. */
  authorise?: (tool: string) => void;
  apiKeys?: ServerOptions['apiKeys'];
  trustedProxies?: readonly string[];
}

const SCOPES = ['dynamodb:read', 'dynamodb:write'];

/** Starts one on a table of its own. */
export async function startTokenService(options: TokenServiceOptions): Promise<TokenService> {
  const table = await newTable();
  const config = parseConfig({ LOG_LEVEL: 'TRACE', DYNAMODB_TABLE_NAME: table }, { local: true });
  const logs: JsonObject[] = [];
  const log = createLogger(
    { level: 'trace', environment: 'test' },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const gateway = createGateway({ ...engineSettings(), tableName: table });
  const invoke = createInvoker(config, gateway, log, {});
  const mcp = createMcpEndpoint(createMcpServers(config, gateway, invoke, log, {}), {
    onError: () => {},
  });
  // Its address is known only when it listens.
  let verifier: TokenVerifier;
  let url = '';
  const { scopes = SCOPES } = options;
  const issuers = options.issuers.map(({ issuer }) => issuer);
  const server = createServer({
    tools: TOOLS,
    invoke: (tool, input, caller) => {
      options.authorise?.(tool.name);
      return invoke(tool, input, caller);
    },
    mcp,
    status: { table, version: '1.0.0', draining: false, tables: new Map() },
    apiKeys: options.apiKeys ?? [],
    trustedProxies: options.trustedProxies,
    tokens: {
      verifier: {
        remembered: (token) => verifier.remembered(token),
        verify: (token) => verifier.verify(token),
      },
      resource:
        options.resource ?? (() => ({ publicUrl: options.publicUrl ?? url, issuers, scopes })),
      authoriseMessage: options.authoriseMessage,
    },
    budgets: memoryBudgets(),
    allowedWeb: { hosts: [], origins: [] },
    maxBodyBytes: config.MAX_BODY_BYTES,
    log,
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  const { fetch, now } = options;
  verifier = createTokenVerifier({
    issuers: options.issuers,
    revoked: [],
    publicUrl: options.publicUrl ?? url,
    log,
    ...(fetch && { fetch }),
    ...(now && { now }),
  });
  return {
    url,
    table,
    logs,
    verifier,
    call: (tool, headers = {}, body = {}) =>
      globalThis.fetch(`${url}/tools/${tool}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    close: async () => {
      verifier.close();
      await server.close();
      await mcp.close();
      gateway.close();
    },
  };
}
