import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { mcpRequest, postMcp } from '../support/mcp-http.ts';
import { startService, type TestService } from '../support/service.ts';
import { INITIALIZE, type StdioProcess, startStdio } from '../support/stdio-process.ts';

const MEGABYTE = 1_048_576;
const huge = 'x'.repeat(2 * MEGABYTE);

let service: TestService;
let stdio: StdioProcess;

beforeAll(async () => {
  service = await startService();
  stdio = startStdio({ table: service.table });
  await stdio.ask(1, 'initialize', INITIALIZE);
});

afterAll(async () => {
  await stdio.end();
  await service.close();
});

/** Sends a message of an era to `/mcp`; its params get the envelope of the era. */
async function post(era: (typeof ERAS)[number], message: JsonObject) {
  const { headers, body } = mcpRequest(era, 'ping');
  const { method, params } = message;
  const { _meta } = (JSON.parse(body) as { params: { _meta: object } }).params;
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  const { name, uri, _meta: own } = (isObject ? params : {}) as JsonObject;
  const named = name ?? uri;
  return postMcp(service.url, {
    headers: {
      ...headers,
      ...(era === '2026-07-28' && {
        'mcp-method': String(method).slice(0, 100),
        ...(named !== undefined && { 'mcp-name': String(named).slice(0, 100) }),
      }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 8,
      ...message,
      ...(isObject && { params: { ...params, _meta: { ..._meta, ...(own as object) } } }),
    }),
  });
}

let lines = 1;

/** Writes a message to stdin; the next line of stdout. */
async function say(message: JsonObject): Promise<JsonObject> {
  stdio.send({ id: 8, ...message });
  lines++;
  await expect.poll(() => stdio.messages().length, { timeout: 10_000 }).toBe(lines);
  return stdio.messages()[lines - 1] ?? {};
}

const LARGE: [string, JsonObject][] = [
  ['uri', { method: 'resources/read', params: { uri: `dynamodb://${huge}` } }],
  ['uri', { method: 'resources/read', params: { uri: `dynamodb://${'x'.repeat(2_048)}` } }],
  [
    'prompt argument',
    { method: 'prompts/get', params: { name: 'design_query', arguments: { question: huge } } },
  ],
  ['id', { method: 'ping', id: huge }],
  ['id', { method: 'ping', id: JSON.rawJSON('1'.repeat(MEGABYTE)) }],
  ['id', { method: 'ping', id: { a: huge } }],
  [
    'progress token',
    {
      method: 'tools/call',
      params: { name: 'scan', arguments: {}, _meta: { progressToken: huge } },
    },
  ],
  ['tool name', { method: 'tools/call', params: { name: huge, arguments: {} } }],
  ['method', { method: huge }],
  ['method', { method: [huge] }],
  ['cursor', { method: 'tools/list', params: { cursor: huge } }],
  [
    'completion',
    {
      method: 'completion/complete',
      params: {
        ref: { type: 'ref/prompt', name: 'design_query' },
        argument: { name: 'index_name', value: huge },
      },
    },
  ],
  ['metadata', { method: 'tools/call', params: { name: 'scan', _meta: { list: [huge] } } }],
  ['unknown member', { method: 'ping', more: Array(100_000).fill(0) }],
  ['result', { result: { text: huge }, method: undefined }],
];

/** Asserts an error of one short sentence. */
function expectRefusal(message: JsonObject | undefined) {
  expect(message).toEqual({
    jsonrpc: '2.0',
    id: expect.toBeOneOf([8, null]),
    error: { code: expect.toBeOneOf([-32_600, -32_602]), message: expect.stringMatching(/\.$/) },
  });
  expect(JSON.stringify(message).length).toBeLessThan(512);
}

describe.each(LARGE)('a %s larger than any need', (_what, message) => {
  test.each(ERAS)('is refused over HTTP, in %s', async (era) => {
    const { messages } = await post(era, message);

    expectRefusal(messages[0]);
  });

  test('is refused over stdio', async () => {
    expectRefusal(await say(message));
  });
});

test('of a batch every message is bounded, and so is their number', async () => {
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const batches = [[ping, { ...ping, id: huge }], Array(1_000).fill(ping)];

  for (const batch of batches) {
    const { messages } = await postMcp(service.url, { body: JSON.stringify(batch) });
    expectRefusal(messages[0]);
  }
});

test.each(ERAS)("a tool's arguments may be large, in %s", async (era) => {
  const item = { PK: 'BOUNDS', SK: 'LARGE', text: 'x'.repeat(300_000) };

  const { messages } = await post(era, {
    method: 'tools/call',
    params: { name: 'put_item', arguments: { item } },
  });

  expect(messages[0]).not.toHaveProperty('error');
  expect(messages[0]).not.toMatchObject({ result: { isError: true } });
});

const WRONG: [JsonObject, string][] = [
  [
    { method: 'tools/call', params: { name: 'scan', arguments: [1] } },
    'arguments must be an object',
  ],
  [
    { method: 'tools/call', params: { name: 'scan', arguments: 'x' } },
    'arguments must be an object',
  ],
  [{ method: 'tools/call', params: { name: 5, arguments: {} } }, 'name must be text'],
  [{ method: 'tools/call' }, 'name is required'],
  [{ method: 'tools/call', params: null }, 'name is required'],
  [{ method: 'resources/read', params: {} }, 'uri is required'],
  [
    { method: 'prompts/get', params: { name: 'design_query', arguments: { question: 5 } } },
    'arguments.question must be text',
  ],
  [{ method: 'tools/list', params: { cursor: 5 } }, 'cursor must be text'],
  [
    { method: 'tools/list', params: { _meta: { progressToken: [] } } },
    '_meta.progressToken must be text or a number',
  ],
];

describe.each(WRONG)('%j', (message, what) => {
  const error = {
    code: -32_602,
    message: `The request ${message.method} is not valid: params.${what}.`,
  };

  test.each(ERAS)('is refused over HTTP in words of ours, in %s', async (era) => {
    const { status, messages } = await post(era, message);

    expect([status, messages]).toEqual([200, [{ jsonrpc: '2.0', id: 8, error }]]);
  });

  test('is refused over stdio in words of ours', async () => {
    expect(await say(message)).toEqual({ jsonrpc: '2.0', id: 8, error });
  });
});

test('a list in place of params is refused in words of ours', async () => {
  const error = {
    code: -32_602,
    message: 'The request tools/call is not valid: params must be an object.',
  };

  expect(await say({ method: 'tools/call', params: [1] })).toMatchObject({ id: 8, error });
});

test.each(ERAS)('null for arguments is none, in %s', async (era) => {
  const params = { name: 'describe_table', arguments: null };

  const { messages } = await post(era, { method: 'tools/call', params });

  expect(messages).toMatchObject([{ id: 8, result: { content: [{ type: 'text' }] } }]);
  expect(messages).not.toMatchObject([{ result: { isError: true } }]);
});

test('JSON over stdio that is no message is refused with its id', async () => {
  expect(await say({})).toMatchObject({ id: 8, error: { code: -32_600 } });
});

test.each(ERAS)('a stream ends the connection that was to be closed, in %s', async (era) => {
  const { headers, body } = mcpRequest(era, 'tools/call', {
    name: 'query',
    arguments: { key: { PK: 'STREAM' }, max_items: 1 },
    _meta: { progressToken: 1 },
  });
  const { hostname, port } = new URL(service.url);
  const head = Object.entries({ host: 'localhost', ...headers, 'content-length': body.length })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (data) => {
    text += data;
  });

  const ended = new Promise((resolve) => socket.once('end', resolve));
  socket.write(`POST /mcp HTTP/1.1\r\n${head}connection: close\r\n\r\n${body}`);
  await ended;

  expect(text).toMatch(/^connection: close\r$/im);
  expect(text).toContain('text/event-stream');
});

test('replies that nobody reads count, and calls past them are refused', async () => {
  const tight = await startService({
    table: service.table,
    budgets: { bodies: 50_000_000, pages: 50_000_000, replies: 400_000 },
    environment: { MCP_MAX_RESULT_BYTES: '4000000' },
  });
  const put = ['1', '2', '3'].map((SK) => ({ PK: 'UNREAD', SK, text: 'x'.repeat(380_000) }));
  for (const item of put) await tight.call('put_item', { item });
  const { headers, body } = mcpRequest('2025-11-25', 'tools/call', {
    name: 'query',
    arguments: { key: { PK: 'UNREAD' } },
  });
  const head = Object.entries({ host: 'localhost', ...headers, 'content-length': body.length })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const { hostname, port } = new URL(tight.url);
  const sockets = Array.from({ length: 8 }, () => {
    const socket = connect(Number(port), hostname).pause();
    socket.on('error', () => {});
    socket.write(`POST /mcp HTTP/1.1\r\n${head}\r\n${body}`.repeat(5));
    return socket;
  });
  const ping = () => postMcp(tight.url, { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });

  await expect.poll(async () => (await ping()).status, { timeout: 20_000 }).toBe(503);

  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await ping()).status, { timeout: 10_000 }).toBe(200);
  await tight.close();
});

test('initialize of the current revision, which has none, is left to the protocol', async () => {
  const own = await startService();
  const { status, body } = await own.request('/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'initialize',
    },
    body: JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  await own.close();

  expect(status).toBe(404);
  expect(body).toMatchObject({ error: { code: -32_601 } });
});
