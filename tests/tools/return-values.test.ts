import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { readFence } from '../support/fenced-text.ts';
import { itemsOf } from '../support/items.ts';
import { connect, type McpClient } from '../support/mcp-clients.ts';
import { startService, type TestService } from '../support/service.ts';

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const { storedItem } = itemsOf(() => service, 'RETURNS');

const update = (key: object, request: JsonObject) =>
  service.call('update_item', { key, ...request });

describe('an update returns what it is asked for', () => {
  const change = { add: { n: 1 }, updates: { b: 'new' }, remove: ['c', 'none'] };
  const before = { a: 1, n: 1, c: [1] };
  const after = { a: 1, n: 2, b: 'new' };

  test.each<[string | undefined, (key: object) => object]>([
    [undefined, (key) => ({ item: { ...key, ...after } })],
    ['ALL_NEW', (key) => ({ item: { ...key, ...after } })],
    ['UPDATED_NEW', () => ({ attributes: { n: 2, b: 'new' } })],
    ['ALL_OLD', (key) => ({ old_item: { ...key, ...before } })],
    ['UPDATED_OLD', () => ({ old_attributes: { n: 1, c: [1] } })],
    ['NONE', () => ({})],
  ])('%s', async (asked, expected) => {
    const key = await storedItem(before);

    const { status, body } = await update(key, { ...change, return_values: asked });

    expect([status, body]).toEqual([200, { success: true, ...expected(key) }]);
    const { body: read } = await service.call('get_item', { key });
    expect(read.item).toEqual({ ...key, ...after });
  });

  test('{} where what it names is not there', async () => {
    const key = await storedItem({});
    const nothing = { remove: ['none'] };

    const after = await update(key, { ...nothing, return_values: 'UPDATED_NEW' });
    const before = await update(key, { ...nothing, return_values: 'UPDATED_OLD' });

    expect(after.body).toEqual({ success: true, attributes: {} });
    expect(before.body).toEqual({ success: true, old_attributes: {} });
  });

  test('exact numbers, as everywhere', async () => {
    const key = await storedItem({ n: JSON.rawJSON('9007199254740993') });

    const { text } = await update(key, { add: { n: 2 }, return_values: 'UPDATED_NEW' });

    expect(parseJson(text)).toEqual({
      success: true,
      attributes: { n: JSON.rawJSON('9007199254740995') },
    });
  });

  test('a condition that fails shows the item whatever was asked for', async () => {
    const key = await storedItem({ n: 1 });

    const refused = await update(key, {
      add: { n: 1 },
      expected: { n: 7 },
      return_values: 'NONE',
    });

    expect(refused).toMatchObject({ status: 409, body: { item: { ...key, n: 1 } } });
  });

  test('another value is refused with those there are', async () => {
    const refused = await update(await storedItem({}), { add: { n: 1 }, return_values: 'NEW' });

    expect(refused.body.error).toMatch(/return_values must be one of "ALL_NEW", "UPDATED_NEW"/);
  });
});

describe('with an idempotency key', () => {
  test.skipIf(!engineHas('transactions')).each([undefined, 'NONE'])(
    '%s returns nothing',
    async (asked) => {
      const key = await storedItem({ n: 1 });

      const { body } = await update(key, {
        add: { n: 1 },
        idempotency_key: `returns ${key.SK}`,
        return_values: asked,
      });

      expect(body).toEqual({ success: true });
    },
  );

  test.each(['ALL_NEW', 'UPDATED_NEW', 'ALL_OLD', 'UPDATED_OLD'])(
    '%s is refused',
    async (asked) => {
      const refused = await update(await storedItem({}), {
        add: { n: 1 },
        idempotency_key: 'returns',
        return_values: asked,
      });

      expect(refused.status).toBe(400);
      expect(refused.body.issues).toEqual([
        {
          path: 'return_values',
          message: expect.stringContaining('cannot be combined with idempotency_key'),
        },
      ]);
    },
  );

  test('a transaction has no return values', async () => {
    const key = await storedItem({});

    const refused = await service.call('transact_write_items', {
      operations: [{ update: { key, add: { n: 1 }, return_values: 'NONE' } }],
    });

    expect(refused.body.issues).toEqual([
      { path: 'operations[0].update.return_values', message: 'is not a field here' },
    ]);
  });
});

/** Says that all is well, and nothing else. */
const bare: Fault = ({ response }) => {
  response.writeHead(200, { 'x-amzn-requestid': 'ABCDEFGHIJKLMNOP' }).end('{}');
};

describe('an answer without attributes', () => {
  const add = { add: { n: 1 } };
  const key = { PK: 'RETURNS', SK: 'BARE' };

  test.each<[string, JsonObject, object]>([
    ['there was no item', { ...add, upsert: true, return_values: 'ALL_OLD' }, { old_item: null }],
    ['nothing was there', { ...add, return_values: 'UPDATED_OLD' }, { old_attributes: {} }],
    ['nothing is there', { remove: ['n'], return_values: 'UPDATED_NEW' }, { attributes: {} }],
    ['nothing was asked for', { ...add, return_values: 'NONE' }, {}],
    [
      'nothing may be there',
      { update_expression: 'REMOVE n', return_values: 'UPDATED_NEW' },
      { attributes: {} },
    ],
  ])('is one where %s', async (_why, request, expected) => {
    proxy.always('UpdateItem', bare);

    const { status, body } = await update(key, request);

    expect([status, body]).toEqual([200, { success: true, ...expected }]);
  });

  test.each<JsonObject>([
    add,
    { ...add, return_values: 'ALL_NEW' },
    { ...add, return_values: 'UPDATED_NEW' },
    { updates: { n: 1 }, return_values: 'UPDATED_NEW' },
    { ...add, return_values: 'ALL_OLD' },
  ])('says nothing of %j', async (request) => {
    proxy.always('UpdateItem', bare);

    const { status, body } = await update(key, request);

    expect([status, body.code]).toEqual([503, 'OutcomeUnknown']);
  });
});

describe('over MCP', () => {
  let client: McpClient;

  beforeAll(async () => {
    client = await connect({ transport: 'HTTP', era: '2026-07-28' }, service);
  });

  afterAll(() => client.close());

  const call = (key: object, request: JsonObject) =>
    client.callTool('update_item', { key, ...request });

  test('a sentence says what the attributes are', async () => {
    const key = await storedItem({ n: 1 });

    const after = readFence(await call(key, { add: { n: 1 }, return_values: 'UPDATED_NEW' }));
    const before = readFence(await call(key, { add: { n: 1 }, return_values: 'UPDATED_OLD' }));
    const whole = readFence(await call(key, { add: { n: 1 }, return_values: 'ALL_OLD' }));

    expect([after.before, JSON.parse(after.data)]).toEqual([
      'The item is updated; attributes has what it named.',
      { attributes: { n: 2 } },
    ]);
    expect([before.before, JSON.parse(before.data)]).toEqual([
      'The item is updated; old_attributes is what they were.',
      { old_attributes: { n: 2 } },
    ]);
    expect([whole.before, JSON.parse(whole.data)]).toEqual([
      'The item is updated; old_item is as it was before.',
      { old_item: { ...key, n: 3 } },
    ]);
  });

  test.each([
    [{ add: { n: 1 }, return_values: 'NONE' }, 'The item is updated.'],
    [{ remove: ['none'], return_values: 'UPDATED_NEW' }, /^The item is updated; [^\n]*\.$/],
  ])('%j shows nothing stored', async (request, sentence) => {
    const key = await storedItem({ n: 1 });

    const { content } = await call(key, request);

    expect(content).toEqual([{ type: 'text', text: expect.stringMatching(sentence) }]);
  });

  test('large attributes are told, not shown', async () => {
    const key = await storedItem({ large: 'x'.repeat(200_000) });

    const result = await call(key, { updates: { large: 'y' }, return_values: 'UPDATED_OLD' });

    const { before, data } = readFence(result);
    expect(before).toContain('too large for a result');
    expect(JSON.parse(data)).toMatchObject({
      old_attributes: { ...key, $large: { attributes: { large: 200_002 } } },
    });
  });
});
