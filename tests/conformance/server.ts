import { randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  McpServer,
  type McpServerFactory,
} from '@modelcontextprotocol/server';
import { pino } from 'pino';
import { createServer } from '../../src/http/server.ts';
import { createMcpEndpoint } from '../../src/mcp/endpoint.ts';
import { memoryBudgets } from '../../src/memory.ts';
import { registerContent } from './content-fixtures.ts';
import { registerInput } from './input-fixtures.ts';

// The suite calls tools of its own. They are registered on the production endpoint, with its
// guards, its transport and its HTTP server.

const codec = createRequestStateCodec<string>({ key: randomBytes(32) });

const factory: McpServerFactory = () => {
  const server = new McpServer(
    { name: 'conformance', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { subscribe: true },
        completions: {},
      },
      requestState: { verify: codec.verify },
    },
  );
  registerContent(server);
  registerInput(server, codec);
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  return server;
};

/** Starts the production endpoint with the suite's fixtures; returns its URL. */
export async function startConformanceServer(): Promise<{ url: string; close(): Promise<void> }> {
  const log = pino({ level: 'silent' });
  const app = createServer({
    tools: [],
    invoke: async () => ({}),
    mcp: createMcpEndpoint(factory, { onError: () => {} }),
    status: {
      table: 'none',
      version: '1.0.0',
      draining: false,
      tables: new Map([['none', async () => true]]),
    },
    apiKeys: [],
    allowedWeb: { hosts: [], origins: [] },
    maxBodyBytes: 1_048_576,
    budgets: memoryBudgets(),
    log,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${url.replace('127.0.0.1', 'localhost')}/mcp`, close: () => app.close() };
}
