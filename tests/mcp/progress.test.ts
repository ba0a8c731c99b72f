import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type FaultProxy, slow, startFaultProxy } from '../support/fault-proxy.ts';
import { type CallOptions, connect, ERAS, type McpClient, WAYS } from '../support/mcp-clients.ts';
import { mcpRequest, sendMcp } from '../support/mcp-http.ts';
import { startService, type TestService } from '../support/service.ts';
import { waitFor } from '../support/service-process.ts';
import { INITIALIZE, startStdio } from '../support/stdio-process.ts';

const ITEMS = Array.from({ length: 40 }, (_, n) => ({
  PK: 'WALK',
  SK: String(n).padStart(2, '0'),
}));
const PAGE_MS = 60;
const SHORT = { key: { PK: 'WALK' }, limit: 1, max_items: 5 };
const LONG = { ...SHORT, max_items: ITEMS.length };

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MCP_RESULT_MODE: 'structured' },
  });
  await service.call('batch_write_item', { put: ITEMS });
});

beforeEach(() => {
  proxy.reset();
  proxy.always('Query', slow(PAGE_MS));
});

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const queries = () => proxy.arrived.filter((operation) => operation === 'Query').length;

/** Waits until the walk has begun, well before its end. */
async function walking(): Promise<void> {
  await waitFor(() => (queries() >= 3 ? true : undefined));
}

/** Asserts that the walk, cancelled a moment ago, asks for no more pages. */
async function expectStopped(): Promise<void> {
  const asked = queries();
  await sleep(8 * PAGE_MS);
  expect(asked).toBeLessThan(ITEMS.length / 2);
  expect(queries()).toBeLessThanOrEqual(asked + 1);
}

describe.each(WAYS)('over $transport, $era', (way) => {
  const open = () =>
    connect(way, {
      url: service.url,
      table: service.table,
      endpoint: proxy.endpoint,
      environment: { MCP_RESULT_MODE: 'structured' },
    });
  let client: McpClient;

  beforeAll(async () => {
    client = await open();
  });

  afterAll(() => client.close());

  test('a walk reports its progress when asked', async () => {
    const reports: { progress: number; total?: number }[] = [];

    const onprogress: CallOptions['onprogress'] = (report) => void reports.push(report);
    const { structuredContent } = await client.callTool('query', SHORT, { onprogress });

    // A client may drop the last report, which arrives together with the result.
    await waitFor(() => (reports.length >= 4 ? true : undefined));
    expect(reports.slice(0, 4).map(({ progress, total }) => [progress, total])).toEqual(
      [1, 2, 3, 4].map((found) => [found, 5]),
    );
    expect(structuredContent).toMatchObject({ count: 5 });
  });

  // A client of the 2025 era has no way to say over stateless HTTP which request it gives up.
  const cancels = way.transport === 'stdio' || way.era === '2026-07-28';
  const walks: [string, CallOptions][] = [
    ['that reports', { onprogress: () => {} }],
    ['that does not report', {}],
  ];
  test.each(cancels ? walks : [])('cancelling a walk %s stops it', async (_what, options) => {
    const cancel = new AbortController();
    const result = client.callTool('query', LONG, { ...options, signal: cancel.signal });
    const outcome = result.catch(() => 'cancelled');
    await walking();

    cancel.abort();

    expect(await outcome).toBe('cancelled');
    await expectStopped();
    const after = await client.callTool('query', SHORT);
    expect(after.structuredContent).toMatchObject({ count: 5 });
  });

  // Over stdio, calls under way when stdin closes are answered.
  test.runIf(way.transport === 'HTTP')('closing the client stops a walk', async () => {
    const closing = await open();
    const outcome = closing.callTool('query', LONG).catch(() => 'closed');
    await walking();

    await closing.close();

    expect(await outcome).toBe('closed');
    await expectStopped();
  });
});

describe.each(ERAS)('on the wire, %s', (era) => {
  const call = (input: JsonObject, _meta: JsonObject = {}) =>
    sendMcp(service.url, era, 'tools/call', { name: 'query', arguments: input, _meta });

  test.each(['token', 7])('progress is reported with the token %j', async (progressToken) => {
    const { messages } = await call(SHORT, { progressToken });

    expect(messages.slice(0, -1)).toEqual(
      [1, 2, 3, 4, 5].map((progress) => ({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: {
          progressToken,
          progress,
          total: 5,
          message: expect.stringContaining(`${progress}`),
        },
      })),
    );
    expect(messages.at(-1)).toMatchObject({ id: 1, result: { structuredContent: { count: 5 } } });
  });

  test('none is reported when nobody asked', async () => {
    const { messages } = await call(SHORT);

    expect(messages).toMatchObject([{ id: 1, result: { structuredContent: { count: 5 } } }]);
  });

  test('never more is reported than is wanted', async () => {
    const { messages } = await call({ ...SHORT, limit: 2, max_items: 3 }, { progressToken: 1 });

    const reported = messages.flatMap(({ params }) => (params ? [params] : []));
    expect(reported).toMatchObject([
      { progress: 2, total: 3 },
      { progress: 3, total: 3 },
    ]);
  });

  test('progress always increases, also over pages without a match', async () => {
    const matches = { filter_expression: 'n > :n', expression_values: { ':n': 3 } };
    await service.call('batch_write_item', {
      put: Array.from({ length: 8 }, (_, n) => ({ PK: 'GAPS', SK: `${n}`, n: n % 3 ? 0 : n + 1 })),
    });

    const { messages } = await call(
      { key: { PK: 'GAPS' }, limit: 1, max_items: 5, ...matches },
      { progressToken: 1 },
    );

    const reported = messages.flatMap(({ params }) => (params ? [params as JsonObject] : []));
    expect(reported.map(({ progress }) => progress)).toEqual([0, 1, 2]);
  });

  test.each([
    ['that reports', { progressToken: 1 }],
    ['that does not report', {}],
  ])('hanging up ends a walk %s', async (_what, _meta) => {
    const hangUp = new AbortController();
    const params = { name: 'query', arguments: LONG, _meta };
    const request = { ...mcpRequest(era, 'tools/call', params), method: 'POST' };
    const reply = fetch(`${service.url}/mcp`, { ...request, signal: hangUp.signal })
      .then((response) => response.text())
      .catch(() => 'hung up');
    await walking();

    hangUp.abort();

    expect(await reply).toBe('hung up');
    await expectStopped();
  });
});

describe('over stdio, line by line', () => {
  test('a cancelled walk stops and is not answered; the connection lives on', async () => {
    const stdio = startStdio({ table: service.table, endpoint: proxy.endpoint });
    await stdio.ask(1, 'initialize', INITIALIZE);
    stdio.send({ method: 'notifications/initialized' });
    stdio.send({ id: 2, method: 'tools/call', params: { name: 'query', arguments: LONG } });
    await walking();

    stdio.send({ method: 'notifications/cancelled', params: { requestId: 2, reason: 'enough' } });

    await expectStopped();
    const ping = await stdio.ask(3, 'ping');
    const ids = stdio.messages().map(({ id }) => id);
    const { code } = await stdio.end();
    expect(ping).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
    expect([ids, code]).toEqual([[1, 3], 0]);
  });

  test('progress precedes the result', async () => {
    const stdio = startStdio({ table: service.table, endpoint: proxy.endpoint });
    await stdio.ask(1, 'initialize', INITIALIZE);

    const _meta = { progressToken: 'token' };
    await stdio.ask(2, 'tools/call', { name: 'query', arguments: SHORT, _meta });

    const [, ...messages] = stdio.messages();
    await stdio.end();
    expect(messages.map(({ params }) => (params as JsonObject)?.progress)).toEqual([
      1,
      2,
      3,
      4,
      5,
      undefined,
    ]);
  });

  test('none is reported when nobody asked', async () => {
    const stdio = startStdio({ table: service.table, endpoint: proxy.endpoint });
    await stdio.ask(1, 'initialize', INITIALIZE);

    await stdio.ask(2, 'tools/call', { name: 'query', arguments: SHORT });

    const ids = stdio.messages().map(({ id }) => id);
    await stdio.end();
    expect(ids).toEqual([1, 2]);
  });
});
