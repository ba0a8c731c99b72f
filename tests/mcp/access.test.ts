import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, ERAS } from '../support/mcp-clients.ts';
import { mcpRequest, postMcp } from '../support/mcp-http.ts';
import { sendRaw } from '../support/raw-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

let table: string;

beforeAll(async () => {
  table = await newTable();
});

/** A service with settings of its own, for the tests around. */
function startWith(environment: Record<string, string>): () => TestService {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({
      table,
      environment: { MCP_RESULT_MODE: 'structured', ...environment },
    });
  });
  afterAll(() => service.close());
  return () => service;
}

/** Sends a request whose Host and Origin are as given, on a connection of its own. */
function sendFrom(
  { url }: TestService,
  route: string,
  given: { host?: string; origin?: string },
  { headers, body } = mcpRequest('2025-11-25', 'ping'),
) {
  const all = { ...headers, 'content-length': Buffer.byteLength(body), ...given };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return sendRaw(url, `${route} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

interface Guards {
  settings: Record<string, string>;
  hosts: string[];
  refused: string[];
  origins: string[];
  foreign: string[];
}

describe.each<Guards>([
  {
    settings: {},
    hosts: ['localhost', 'localhost:8002', 'LocalHost:1', '127.0.0.1:8002', '[::1]:8002'],
    refused: ['evil.example', 'evil.example:8002', 'localhost.evil.example', '10.0.0.1', '0.0.0.0'],
    origins: ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:1'],
    foreign: ['https://evil.example', 'http://localhost.evil.example', 'null', 'evil'],
  },
  {
    settings: { MCP_ALLOWED_HOSTS: 'mcp.example, 10.0.0.1', MCP_ALLOWED_ORIGINS: 'app.example' },
    hosts: ['mcp.example', 'mcp.example:443', '10.0.0.1:8002'],
    refused: ['evil.example', 'sub.mcp.example', 'mcp.example.evil'],
    origins: ['https://app.example', 'http://app.example:8080', 'https://mcp.example'],
    foreign: ['https://evil.example', 'https://sub.mcp.example', 'null'],
  },
  {
    settings: { MCP_ALLOWED_HOSTS: '*', MCP_ALLOWED_ORIGINS: '*' },
    hosts: ['evil.example', '10.0.0.1:80'],
    refused: [],
    origins: ['https://evil.example', 'null'],
    foreign: [],
  },
])('guards with $settings', ({ settings, hosts, refused, origins, foreign }) => {
  const service = startWith(settings);
  const [host = ''] = hosts;

  test.each(hosts)('Host %s is served', async (name) => {
    const { status, body } = await sendFrom(service(), 'POST /mcp', { host: name });

    expect([status, body]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }]);
  });

  test.each(origins)('Origin %s is served', async (origin) => {
    const { status, body } = await sendFrom(service(), 'POST /mcp', { host, origin });

    expect([status, body]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }]);
  });

  test.each([
    ...refused.map((name) => ({ host: name })),
    ...foreign.map((origin) => ({ host, origin })),
  ])('%o is refused, in words of JSON-RPC', async (given) => {
    const requests = ERAS.map((era) => mcpRequest(era, 'tools/list'));
    const replies = await Promise.all(
      requests.map((request) => sendFrom(service(), 'POST /mcp', given, request)),
    );

    for (const { status, body } of replies) {
      expect([status, body]).toEqual([
        403,
        {
          jsonrpc: '2.0',
          id: null,
          error: {
            code: -32_000,
            message: expect.any(String),
            data: { code: 'Forbidden', request_id: expect.any(String) },
          },
        },
      ]);
    }
  });

  test.each(['/health', '/ready'])('%s stays outside', async (path) => {
    const given = { host: '172.31.4.5', origin: 'https://evil.example' };

    const { status } = await sendFrom(service(), `GET ${path}`, given);

    expect(status).toBe(200);
  });

  test('a guarded write does not happen', async () => {
    const key = { PK: 'GUARD', SK: 'ITEM' };
    const call = mcpRequest('2025-11-25', 'tools/call', {
      name: 'put_item',
      arguments: { item: key },
    });
    const given = { host: refused[0] ?? 'any', origin: foreign[0] ?? 'https://any' };

    await sendFrom(service(), 'POST /mcp', given, call);

    const stored = await service().call('get_item', { key });
    await service().call('delete_item', { key });
    expect(stored.body.item).toEqual(refused.length > 0 ? null : key);
  });
});

describe('API keys', () => {
  const KEY = 'alice-secret-key';
  const hash = createHash('sha256').update(KEY).digest('hex');
  const service = startWith({ API_KEYS: `alice:${hash}`, LOG_LEVEL: 'TRACE' });
  const { headers, body } = mcpRequest('2026-07-28', 'tools/list');

  test.each([
    ['no key', 'POST', {}],
    ['a wrong key', 'POST', { authorization: 'Bearer wrong' }],
    ['no key', 'GET', {}],
  ] as [string, string, Record<string, string>][])('%s on %s', async (_what, method, given) => {
    const init = method === 'POST' ? { body } : {};

    const reply = await postMcp(service().url, {
      method,
      ...init,
      headers: { ...headers, ...given },
    });

    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(reply.messages).toEqual([
      {
        jsonrpc: '2.0',
        id: null,
        error: {
          code: -32_000,
          message: expect.stringContaining('API key'),
          data: { code: 'Unauthenticated', request_id: reply.headers.get('x-request-id') },
        },
      },
    ]);
  });

  test.each(ERAS)('the client of %s calls in the name of its key', async (era) => {
    const target = { url: service().url, table, headers: { authorization: `Bearer ${KEY}` } };
    const client = await connect({ transport: 'HTTP', era }, target);
    service().logs.length = 0;

    const result = await client.callTool('describe_table');
    await client.close();

    const [line] = service().logs.filter(({ tool }) => tool === 'describe_table');
    expect(result.structuredContent).toMatchObject({ table });
    expect(line).toMatchObject({ principal: 'alice', status: 200, level: 'INFO' });
    expect(JSON.stringify(service().logs)).not.toContain(KEY);
  });

  test.each(ERAS)('the client of %s cannot connect without', async (era) => {
    const target = { url: service().url, table };

    await expect(connect({ transport: 'HTTP', era }, target)).rejects.toThrow();
  });
});

test('a request id of the caller stands in the log and in the error of a tool', async () => {
  const service = await startService({ table });
  const { headers, body } = mcpRequest('2025-11-25', 'tools/call', {
    name: 'get_item',
    arguments: { key: {} },
  });

  const reply = await postMcp(service.url, {
    body,
    headers: { ...headers, 'x-request-id': 'me-1' },
  });
  await service.close();

  const [line] = service.logs.filter(({ tool }) => tool === 'get_item');
  expect(reply.headers.get('x-request-id')).toBe('me-1');
  expect(reply.text).toContain('"request_id":"me-1"');
  expect(line).toMatchObject({ request_id: 'me-1', principal: 'anonymous', status: 400 });
});
