import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { type McpReply, mcpRequest, postMcp, resultOf, sendMcp } from '../support/mcp-http.ts';
import { sendRaw } from '../support/raw-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

const KEY = { PK: 'HTTP', SK: 'ITEM' };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

let table: string;
let service: TestService;

beforeAll(async () => {
  table = await newTable();
  service = await startService({ table, environment: { MCP_RESULT_MODE: 'structured' } });
});

afterAll(() => service.close());

/** Asserts one JSON-RPC error in plain JSON; returns it. */
function expectRpcError(reply: McpReply, status: number, code: number, id: unknown = null) {
  const [message = {}] = reply.messages;
  expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
  expect({ status: reply.status, ...message }).toEqual({
    status,
    jsonrpc: '2.0',
    id,
    error: expect.objectContaining({ code, message: expect.stringMatching(/\S/) }),
  });
  return message.error as { message: string; data?: JsonObject };
}

describe('what is no request', () => {
  const NOT_UTF8 = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xff"}', 'latin1');

  test.each([
    ['malformed JSON', { body: '{"jsonrpc"' }, 400, -32_700],
    ['a lone comma', { body: ',' }, 400, -32_700],
    ['not UTF-8', { body: NOT_UTF8 }, 400, -32_700],
    ['too deep', { body: '['.repeat(100_000) }, 400, -32_700],
    ['an empty body', { body: '' }, 400, -32_700],
    ['no message', { body: '{"a":1}' }, 400, -32_600],
    ['a number', { body: '3' }, 400, -32_600],
    ['null', { body: 'null' }, 400, -32_600],
    ['an empty batch', { body: '[]' }, 400, -32_600],
    ['a batch of no messages', { body: '[1]' }, 400, -32_600],
    ['plain text', { body: PING, headers: { 'content-type': 'text/plain' } }, 415, -32_000],
    ['a form', { body: 'a=1', headers: { 'content-type': 'multipart/form-data' } }, 415, -32_000],
    ['compressed', { body: PING, headers: { 'content-encoding': 'gzip' } }, 415, -32_000],
  ] as [string, RequestInit, number, number][])('%s', async (_what, init, status, code) => {
    expectRpcError(await postMcp(service.url, init), status, code);
  });

  test('a body that is too large', async () => {
    const small = await startService({ table, environment: { MAX_BODY_BYTES: '1024' } });

    const reply = await postMcp(small.url, { body: `${PING}${' '.repeat(2_000)}` });
    await small.close();

    expectRpcError(reply, 413, -32_000);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])('%s is 405', async (method) => {
    const reply = await postMcp(service.url, { method });

    expectRpcError(reply, 405, -32_000);
    expect(reply.headers.get('allow')).toBe('POST');
  });

  test('an error before a message has the code and id of REST', async () => {
    const headers = { 'x-request-id': 'mine', 'content-type': 'text/plain' };

    const reply = await postMcp(service.url, { body: '{}', headers });

    const { data } = expectRpcError(reply, 415, -32_000);
    expect(data).toEqual({ code: 'UnsupportedMediaType', request_id: 'mine' });
  });
});

describe.each(ERAS)('a request of %s', (era) => {
  const call = (name: string, input: JsonObject) =>
    sendMcp(service.url, era, 'tools/call', { name, arguments: input });

  test.each(['1764111735123456789', '-98765432109876543210', '1.5'])(
    'has the id %s echoed, in plain JSON and in a stream',
    async (id) => {
      const { headers, body } = mcpRequest(era, 'tools/call', {
        name: 'query',
        arguments: { key: { PK: 'HTTP' }, max_items: 1 },
        _meta: { progressToken: 1 },
      });
      const exact = body.replace('"id":1', `"id":${id}`);

      const streamed = await postMcp(service.url, { headers, body: exact });
      const plain = await postMcp(service.url, {
        headers,
        body: exact.replace('"progressToken":1,', ''),
      });

      for (const { text } of [streamed, plain]) expect(text).toContain(`"id":${id}`);
    },
  );

  test('has a large progress token echoed', async () => {
    const { headers, body } = mcpRequest(era, 'tools/call', {
      name: 'query',
      arguments: { key: { PK: 'TOKEN' }, max_items: 10 },
      _meta: { progressToken: 1 },
    });
    await service.call('put_item', { item: { PK: 'TOKEN', SK: 'ITEM' } });
    const token = '"progressToken":1764111735123456789';

    const { text } = await postMcp(service.url, {
      headers,
      body: body.replace('"progressToken":1', token),
    });

    expect(text).toContain(token);
  });

  test('is answered in plain JSON, without a session', async () => {
    const reply = await call('get_item', { key: KEY });

    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('x-request-id')).toMatch(/\S/);
    expect(reply.messages).toMatchObject([
      { jsonrpc: '2.0', id: 1, result: { structuredContent: { item: null } } },
    ]);
  });

  const walk = { name: 'query', arguments: { key: { PK: 'HTTP' }, max_items: 5 } };
  const withProgress = { ...walk, _meta: { progressToken: 1 } };

  test.each([
    ['is not asked for', walk, 'application/json; charset=utf-8'],
    ['is asked for', withProgress, 'text/event-stream'],
  ])('that walks, where progress %s', async (_what, params, type) => {
    const reply = await sendMcp(service.url, era, 'tools/call', params);

    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, type]);
    expect(reply.messages.at(-1)).toMatchObject({ id: 1, result: { structuredContent: {} } });
    expect(reply.headers.has('mcp-session-id')).toBe(false);
  });

  test.each([
    ['plain JSON', walk, 'application/json'],
    ['anything', walk, '*/*'],
    ['plain JSON, though progress is asked for', withProgress, 'application/json'],
  ])('from a client that accepts %s', async (_what, params, accept) => {
    const { headers, body } = mcpRequest(era, 'tools/call', params);

    const reply = await postMcp(service.url, { body, headers: { ...headers, accept } });

    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.messages).toMatchObject([{ id: 1, result: { structuredContent: {} } }]);
  });

  test('from a client that does not say what it accepts', async () => {
    const { headers, body } = mcpRequest(era, 'tools/call', walk);
    const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': body.length })
      .filter(([name]) => name !== 'accept')
      .map(([name, value]) => `${name}: ${value}\r\n`);

    const reply = await sendRaw(service.url, `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`);

    expect(reply.body).toMatchObject({ jsonrpc: '2.0', id: 1, result: { structuredContent: {} } });
  });

  test('of an unknown method', async () => {
    const reply = await sendMcp(service.url, era, 'no/method');

    expectRpcError(reply, era === '2026-07-28' ? 404 : 200, -32_601, 1);
  });

  test.each([
    [
      'initialize',
      { protocolVersion: era, capabilities: {}, clientInfo: { name: 'a', version: '1' } },
    ],
    ['server/discover', {}],
    ['tools/list', {}],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['prompts/list', {}],
  ])('%s has no session id', async (method, params) => {
    const reply = await sendMcp(service.url, era, method, params);

    expect(reply.messages).toHaveLength(1);
    expect(reply.headers.has('mcp-session-id')).toBe(false);
  });

  // The second is how the token comes back: a double's own notation where a double holds it.
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['-12345678901234567890.123456789', '-12345678901234567890.123456789'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['1E-130', '1e-130'],
    ['1E+40', '1e+40'],
    ['1.00', '1'],
  ])('keeps %s exact, in and out', async (token, kept) => {
    const key = { ...KEY, SK: 'NUMBER' };
    const number = JSON.rawJSON(token);

    const put = await call('put_item', { item: { ...key, v: number, list: [number] } });
    const reply = await call('get_item', { key });

    const rest = await service.call('get_item', { key });
    expect(put.status).toBe(200);
    // What a double cannot hold is a text for models, whose hosts parse results into doubles.
    const shown = typeof parseJson(kept) === 'number' ? kept : `{"$ddb":{"N":"${kept}"}}`;
    for (const [text, number] of [
      [reply.text, shown],
      [rest.text, kept],
    ]) {
      expect(text).toContain(`"v":${number}`);
      expect(text).toContain(`"list":[${number}]`);
    }
  });

  test('may have its arguments as JSON text, together or one by one', async () => {
    await service.call('put_item', { item: { PK: 'ENCODED', SK: 'A', n: 1 } });
    const key = { PK: 'ENCODED', SK: 'A' };
    const encoded = [JSON.stringify({ key }), { key: JSON.stringify(key) }];

    for (const input of encoded) {
      const reply = await sendMcp(service.url, era, 'tools/call', {
        name: 'get_item',
        arguments: input,
      });
      expect(resultOf(reply)).toMatchObject({ structuredContent: { item: { ...key, n: 1 } } });
    }
  });

  test("that holds DynamoDB's own JSON is carried out, with a hint", async () => {
    const reply = await call('put_item', { item: { PK: 'HINT', SK: 'A', name: { S: 'Bob' } } });

    const said = "item.name looks like DynamoDB's own JSON";
    expect(resultOf(reply)).toMatchObject({
      content: [{ text: expect.stringContaining(said) }],
      structuredContent: { hint: expect.stringContaining(said) },
    });
  });

  test('that names __proto__ is refused as by REST, never stored without it', async () => {
    const item = JSON.parse('{"PK":"HTTP","SK":"PROTO","__proto__":{"v":1}}');
    const rest = await service.call('put_item', { item });

    const reply = await call('put_item', { item });

    expect(rest.status).toBe(400);
    expect(reply.messages).toMatchObject([{ result: { isError: true } }]);
    const stored = await service.call('get_item', { key: { PK: 'HTTP', SK: 'PROTO' } });
    expect(stored.body.item).toBeNull();
  });
});

test('a batch of the 2025 era is answered as one', async () => {
  const body = `[${PING},${PING.replace('1,', '2,')}]`;

  const reply = await postMcp(service.url, { body });

  expect(reply.status).toBe(200);
  expect(reply.messages.map(({ id, result }) => ({ id, result }))).toEqual([
    { id: 1, result: {} },
    { id: 2, result: {} },
  ]);
});

describe('where the current era checks its headers', () => {
  const { headers, body } = mcpRequest('2026-07-28', 'tools/call', {
    name: 'get_item',
    arguments: { key: KEY },
  });

  test.each([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['another name', { 'mcp-name': 'put_item' }],
    ['another version', { 'mcp-protocol-version': '2025-11-25' }],
    ['an unknown version', { 'mcp-protocol-version': '2031-01-01' }],
  ])('%s is refused', async (_what, wrong) => {
    const reply = await postMcp(service.url, { body, headers: { ...headers, ...wrong } });

    expect(reply.status).toBe(400);
    expect(reply.messages).toMatchObject([{ jsonrpc: '2.0', error: { code: expect.any(Number) } }]);
    expect(reply.messages[0]).not.toHaveProperty('result');
  });
});
