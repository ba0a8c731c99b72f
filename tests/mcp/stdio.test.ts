import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { canonicalNumber } from '../../src/json/decimal.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { slow, startFaultProxy } from '../support/fault-proxy.ts';
import { dataOf } from '../support/fenced-text.ts';
import type { ToolResult } from '../support/mcp-clients.ts';
import { newTable, startService } from '../support/service.ts';
import { waitFor } from '../support/service-process.ts';
import { INITIALIZE, type StdioProcess, startStdio } from '../support/stdio-process.ts';

let table: string;

beforeAll(async () => {
  table = await newTable();
});

async function open(
  environment: Record<string, string> = {},
  args: string[] = [],
): Promise<StdioProcess> {
  const stdio = startStdio({ table, environment }, args);
  await stdio.ask(1, 'initialize', INITIALIZE);
  stdio.send({ method: 'notifications/initialized' });
  return stdio;
}

const call = (name: string, input: JsonObject = {}) => ({ name, arguments: input });

/** Asserts that stderr is log lines; returns them. */
function logsOf(stdio: StdioProcess): JsonObject[] {
  const lines = stdio.stderr().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

test('stdout has nothing but the protocol, stderr nothing but logs', async () => {
  const stdio = await open({ LOG_LEVEL: 'TRACE' });

  const key = { PK: 'STDIO', SK: 'ITEM' };
  await stdio.ask(2, 'tools/call', call('put_item', { item: { ...key, v: 'confidential' } }));
  await stdio.ask(3, 'tools/call', call('get_item', { key }));
  await stdio.ask(4, 'tools/call', call('get_item', { nope: 1 }));
  const exit = await stdio.end();

  expect(exit).toEqual({ code: 0, signal: null });
  expect(stdio.messages().map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual(
    [1, 2, 3, 4].map((id) => ['2.0', id]),
  );
  const calls = logsOf(stdio).filter(({ duration_ms, tool }) => tool && duration_ms);
  expect(calls).toMatchObject([
    { level: 'INFO', tool: 'put_item', principal: 'stdio', status: 200, count: 1 },
    { level: 'INFO', tool: 'get_item', principal: 'stdio', status: 200 },
    { level: 'INFO', tool: 'get_item', principal: 'stdio', status: 400, code: 'ValidationError' },
  ]);
  expect(stdio.stderr()).not.toContain('confidential');
});

describe('the end', () => {
  test('comes when stdin closes, before a word was said', async () => {
    const stdio = startStdio({ table });

    expect(await stdio.end()).toEqual({ code: 0, signal: null });
    expect(stdio.stdout()).toBe('');
  });

  test('comes when stdin closes, after a conversation', async () => {
    const stdio = await open();
    await stdio.ask(2, 'ping');

    const asked = performance.now();
    expect(await stdio.end()).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(3_000);
  });

  test('waits until calls under way are answered', async () => {
    const stdio = await open();
    const item = { PK: 'STDIO', SK: 'END' };
    stdio.send({ id: 2, method: 'tools/call', params: call('put_item', { item }) });
    stdio.send({ id: 3, method: 'tools/call', params: call('get_item', { key: item }) });
    const exit = await stdio.end();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(stdio.messages().map(({ id }) => id)).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  test('answers a last line without a newline', async () => {
    const stdio = await open();
    stdio.write('{"jsonrpc":"2.0","id":2,"method":"ping"}');

    await stdio.end();

    expect(stdio.messages().at(-1)).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  });

  test('does not wait for a call that was cancelled', async () => {
    const proxy = await startFaultProxy(inject('engine').endpoint);
    proxy.always('GetItem', slow(4_000));
    const stdio = await open({ DYNAMODB_ENDPOINT_URL: proxy.endpoint });
    const key = { PK: 'STDIO', SK: 'CANCELLED' };
    stdio.send({ id: 2, method: 'tools/call', params: call('get_item', { key }) });
    await waitFor(() => (proxy.arrived.includes('GetItem') ? true : undefined));
    stdio.send({ method: 'notifications/cancelled', params: { requestId: 2 } });

    const asked = performance.now();
    const exit = await stdio.end();
    await proxy.close();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(3_000);
  });

  test('waits for a write that was sent', async () => {
    const proxy = await startFaultProxy(inject('engine').endpoint);
    proxy.always('PutItem', slow(500));
    const stdio = await open({ DYNAMODB_ENDPOINT_URL: proxy.endpoint });
    const item = { PK: 'STDIO', SK: 'LAST' };
    stdio.send({ id: 2, method: 'tools/call', params: call('put_item', { item }) });
    await waitFor(() => (proxy.arrived.includes('PutItem') ? true : undefined));

    const exit = await stdio.end();
    await proxy.close();

    const [outcome] = logsOf(stdio).filter(({ tool, duration_ms }) => tool && duration_ms);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(outcome).toMatchObject({ tool: 'put_item', status: 200 });
  });

  test('a broken configuration is explained on stderr', async () => {
    const stdio = startStdio({ table, environment: { MCP_RESULT_MODE: 'loud' } });

    const { code } = await stdio.end();

    expect([code, stdio.stdout()]).toEqual([1, '']);
    expect(stdio.stderr()).toContain('MCP_RESULT_MODE must be text, structured or both');
  });
});

describe('one connection', () => {
  let stdio: StdioProcess;
  let ids = 1;

  beforeAll(async () => {
    stdio = await open();
  });

  afterAll(() => stdio.end());

  const ask = (method: string, params: JsonObject = {}) => stdio.ask(++ids, method, params);
  const read = (key: JsonObject) => ask('tools/call', call('get_item', { key }));

  test.each([
    ['no JSON', 'hello'],
    ['half of a message', '{"jsonrpc":"2.0","id":7,"method":"pi'],
    ['JSON that is no message', '{"hello":1}'],
    ['a number', '42'],
    ['a batch', '[{"jsonrpc":"2.0","id":7,"method":"ping"}]'],
    ['too deep', '['.repeat(100_000)],
    ['control characters', '\u0000\u001b[31m'],
  ])('answers %s with a JSON-RPC error, and lives on', async (_what, line) => {
    const before = stdio.messages().length;

    stdio.send(line);
    const ping = await ask('ping');

    const [error, ...more] = stdio.messages().slice(before);
    expect(error).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: expect.toBeOneOf([-32_700, -32_600]), message: expect.any(String) },
    });
    expect(more).toEqual([ping]);
    expect(ping).toEqual({ jsonrpc: '2.0', id: ids, result: {} });
  });

  test('does not mind blank lines and carriage returns', async () => {
    const before = stdio.messages().length;

    stdio.send('');
    stdio.send('  ');
    stdio.send('{"jsonrpc":"2.0","id":"cr","method":"ping"}\r');
    await ask('ping');

    const answers = stdio.messages().slice(before);
    expect(answers.map(({ id }) => id)).toEqual(['cr', ids]);
  });

  test.each(['\u2028', '\u2029', '\u0085', '\r'])(
    'reads a line that holds %j',
    async (character) => {
      const text = `one${character}two`;
      const key = { PK: 'STDIO', SK: `LINE#${character}` };

      const put = await ask('tools/call', call('put_item', { item: { ...key, text } }));
      await read(key);

      expect(put.result).not.toHaveProperty('isError');
      expect(put.result).toBeDefined();
      const service = await startService({ table });
      const { body } = await service.call('get_item', { key });
      await service.close();
      expect(body.item).toEqual({ ...key, text });
    },
  );

  test('reads a character that arrives in parts', async () => {
    const [, line = ''] = /^(.*)$/.exec('{"jsonrpc":"2.0","id":"ü😀","method":"ping"}') ?? [];
    for (const byte of Buffer.from(`${line}\n`)) stdio.write(Buffer.of(byte));
    await ask('ping');

    expect(stdio.messages().map(({ id }) => id)).toContain('ü😀');
  });

  test('refuses a line that is no UTF-8 instead of changing it', async () => {
    const before = stdio.messages().length;

    stdio.write(Buffer.from('{"jsonrpc":"2.0","id":"\xff","method":"ping"}\n', 'latin1'));
    await ask('ping');

    expect(stdio.messages()[before]).toMatchObject({ id: null, error: { code: -32_700 } });
  });

  test.each([['1764111735123456789'], ['-98765432109876543210'], ['1.5'], ['1e400']])(
    'echoes the id %s',
    async (id) => {
      stdio.send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
      await ask('ping');

      expect(stdio.stdout()).toContain(`"id":${id}`);
      expect(stdio.stdout()).not.toContain(':1764111735123456789"');
    },
  );

  test('refuses with its id what is no request', async () => {
    stdio.send('{"jsonrpc":"2.0","id":1764111735123456001,"method":7}');
    stdio.send('{"jsonrpc":"2.0","id":"text","method":7}');
    await ask('ping');

    expect(stdio.stdout()).toMatch(/"id":1764111735123456001,"error":/);
    expect(stdio.stdout()).toMatch(/"id":"text","error":/);
  });

  test.each(['9007199254740993', '-12345678901234567890.123456789', '1.0000000000000001E-120'])(
    'keeps %s exact, in and out',
    async (token) => {
      const key = { PK: 'STDIO', SK: token };
      const item = { ...key, v: JSON.rawJSON(token) };

      await ask('tools/call', call('put_item', { item }));
      const { result } = await read(key);

      const service = await startService({ table });
      const rest = await service.call('get_item', { key });
      await service.close();
      const stored = /"v":([^,}]*)/.exec(rest.text)?.[1] ?? '';
      expect(canonicalNumber(stored)).toBe(canonicalNumber(token));
      expect(dataOf(result as ToolResult)).toEqual({
        item: { ...key, v: { $ddb: { N: stored } } },
      });
    },
  );

  test('refuses an item with __proto__, and never stores it without', async () => {
    const item = JSON.parse('{"PK":"STDIO","SK":"PROTO","__proto__":{"v":1}}');

    const { result } = await ask('tools/call', call('put_item', { item }));

    const stored = await read({ PK: 'STDIO', SK: 'PROTO' });
    expect(result).toMatchObject({ isError: true });
    expect(stored.result).toMatchObject({ content: [{ text: 'No item has this key.' }] });
  });

  test('answers many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => read({ PK: 'STDIO', SK: 'NONE' })),
    );

    expect(new Set(answers.map(({ id }) => id)).size).toBe(50);
    for (const { result } of answers) {
      expect(result).toMatchObject({ content: [{ text: 'No item has this key.' }] });
    }
  });
});

test('a line longer than a body may be is refused, and the next is read', async () => {
  const stdio = await open({ MAX_BODY_BYTES: '1024' });

  stdio.send(`{"jsonrpc":"2.0","id":2,"method":"ping","params":{"text":"${'x'.repeat(200_000)}"}}`);
  const ping = await stdio.ask(3, 'ping');
  await stdio.end();

  expect(stdio.messages()[1]).toMatchObject({ id: null, error: { code: -32_700 } });
  expect(ping).toMatchObject({ id: 3, result: {} });
});

test('--local --in-memory works, with its sample', async () => {
  const stdio = await open({ DYNAMODB_ENDPOINT_URL: '' }, ['--local', '--in-memory']);

  const list = await stdio.ask(2, 'tools/list');
  const key = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };
  const { result } = await stdio.ask(3, 'tools/call', call('get_item', { key }));
  const exit = await stdio.end();

  const { tools } = list.result as { tools: JsonObject[] };
  expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
  expect(dataOf(result as ToolResult)).toMatchObject({ item: { ...key, entity_type: 'epic' } });
  expect(exit).toEqual({ code: 0, signal: null });
  expect(logsOf(stdio).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('embedded database'),
  );
});
