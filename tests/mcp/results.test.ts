import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { dataOf, readFence, textOf } from '../support/fenced-text.ts';
import { connect, type McpClient } from '../support/mcp-clients.ts';
import { newTable, startService } from '../support/service.ts';

const KEY = { PK: 'RESULTS', SK: 'ITEM#0' };
const ITEMS = [0, 1, 2].map((n) => ({ PK: 'RESULTS', SK: `ITEM#${n}`, n }));
const partition = { key: { PK: 'RESULTS' } };

let table: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  table = await newTable();
  const service = await startService({ table });
  await service.call('batch_write_item', { put: ITEMS });
  await service.close();
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** A client of a service with settings of its own. */
async function clientWith(
  environment: Record<string, string>,
  endpoint?: string,
): Promise<McpClient> {
  const service = await startService({ table, environment, ...(endpoint && { endpoint }) });
  closing.push(service.close);
  const client = await connect(
    { transport: 'HTTP', era: '2026-07-28' },
    { url: service.url, table },
  );
  closing.push(client.close);
  return client;
}

describe('by default', () => {
  let client: McpClient;

  beforeAll(async () => {
    client = await clientWith({});
  });

  const newItem = { PK: 'RESULTS-NEW', SK: 'A' };
  const gone = { PK: 'NO', SK: 'NE' };
  const silent: [string, string, JsonObject, string][] = [
    [
      'a stored item',
      'put_item',
      { item: newItem },
      'The item is stored; an item that had this key before is replaced.',
    ],
    [
      'a created item',
      'put_item',
      { item: { PK: 'RESULTS-NEW', SK: 'B' }, create_only: true },
      'The item is stored; no item had this key before.',
    ],
    ['a deleted item', 'delete_item', { key: newItem }, 'No item has this key now.'],
    [
      'what was not there',
      'delete_item',
      { key: gone, return_old: true },
      'No item has this key now; none had it before.',
    ],
    ['no item', 'get_item', { key: gone }, 'No item has this key.'],
    ['nothing at all', 'query', { key: { PK: 'NONE' } }, '0 items; that is all.'],
    ['a count', 'query', { ...partition, select: 'COUNT' }, '3 items counted; that is all.'],
    [
      'a batch that is done',
      'batch_write_item',
      { put: [newItem], delete: [gone] },
      '1 item stored; 1 key without an item now.',
    ],
  ];

  test.each(silent)('%s is one sentence', async (_what, tool, input, sentence) => {
    const result = await client.callTool(tool, input);

    expect(textOf(result)).toBe(sentence);
    expect(result.structuredContent).toBeUndefined();
  });

  test.each<[string, string, JsonObject, string, JsonObject]>([
    ['an item', 'get_item', { key: KEY }, 'The item of this key.', { item: ITEMS[0] }],
    [
      'an updated item',
      'update_item',
      { key: KEY, updates: { n: 0 } },
      'The item is updated.',
      { item: ITEMS[0] },
    ],
    [
      'all items',
      'query',
      partition,
      '3 items; that is all.',
      { items: ITEMS, count: 3, scanned_count: 3, last_evaluated_key: null },
    ],
    [
      'a page',
      'query',
      { ...partition, limit: 2 },
      '2 items. More remains: call again with this last_evaluated_key.',
      { items: ITEMS.slice(0, 2), last_evaluated_key: { PK: 'RESULTS', SK: 'ITEM#1' } },
    ],
    [
      'an empty filtered page',
      'query',
      { ...partition, limit: 1, filter_expression: 'n > :n', expression_values: { ':n': 1 } },
      '0 items of 1 that were read. Nothing on this page matched, but more remains: call again with this last_evaluated_key, or ask with max_items.',
      { items: [], last_evaluated_key: KEY },
    ],
    [
      'a batch',
      'batch_get_item',
      { keys: [KEY, gone] },
      '1 item found.',
      { items: [ITEMS[0]], count: 1, unprocessed: { keys: [] } },
    ],
    ['the table', 'describe_table', {}, 'The table.', { table: expect.any(String) }],
  ])('%s is a sentence and the data', async (_what, tool, input, sentence, data) => {
    const result = await client.callTool(tool, input);

    expect(readFence(result).before).toBe(sentence);
    expect(dataOf(result)).toMatchObject(data);
    expect(result.structuredContent).toBeUndefined();
  });

  describe.each(['structured', 'both'])('%s', (mode) => {
    test.each(silent)('%s says the same, and never nothing', async (_what, tool, input, said) => {
      const other = await clientWith({ MCP_RESULT_MODE: mode });

      await other.callTool('delete_item', { key: { PK: 'RESULTS-NEW', SK: 'B' } });
      const result = await other.callTool(tool, input);

      expect(textOf(result)).toBe(said);
      expect(Object.keys(result.structuredContent ?? {})).not.toEqual([]);
      if (tool === 'put_item' || tool === 'delete_item') {
        expect(result.structuredContent).toMatchObject({ message: said });
      }
    });
  });

  test('the key to go on from is the one that works', async () => {
    const first = await client.callTool('query', { ...partition, limit: 2 });

    const { items, last_evaluated_key } = dataOf(first);
    const next = await client.callTool('query', { ...partition, last_evaluated_key });
    expect(items).toEqual(ITEMS.slice(0, 2));
    expect(dataOf(next)).toMatchObject({
      items: ITEMS.slice(2),
      last_evaluated_key: null,
    });
  });
});

describe('MCP_RESULT_MODE', () => {
  const page = { ...partition, limit: 2 };
  const output = {
    items: ITEMS.slice(0, 2),
    count: 2,
    scanned_count: 2,
    last_evaluated_key: { PK: 'RESULTS', SK: 'ITEM#1' },
  };
  const sentence = '2 items. More remains: call again with this last_evaluated_key.';

  test('structured has the data once', async () => {
    const client = await clientWith({ MCP_RESULT_MODE: 'structured' });

    const result = await client.callTool('query', page);

    expect([textOf(result), result.structuredContent]).toEqual([sentence, output]);
  });

  test.each([
    ['text', undefined],
    ['both', output],
  ])('%s has it in the text, fenced', async (mode, structured) => {
    const client = await clientWith({ MCP_RESULT_MODE: mode });
    await client.listTools();

    const result = await client.callTool('query', page);

    const { before, data } = readFence(result);
    expect([before, JSON.parse(data)]).toEqual([sentence, output]);
    expect(result.structuredContent).toEqual(structured);
  });
});

describe('what DynamoDB leaves', () => {
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await startFaultProxy(inject('engine').endpoint);
    closing.unshift(proxy.close);
  });

  test('is said and named', async () => {
    const client = await clientWith({ REQUEST_DEADLINE_MS: '400' }, proxy.endpoint);
    proxy.always('BatchWriteItem', ({ body, response }) => {
      const { RequestItems } = JSON.parse(body);
      response
        .writeHead(200, { 'x-amzn-requestid': 'LEFT' })
        .end(JSON.stringify({ UnprocessedItems: RequestItems }));
    });
    const put = [{ PK: 'LEFT', SK: '1' }];
    const remove = [{ PK: 'LEFT', SK: '2' }];

    const result = await client.callTool('batch_write_item', { put, delete: remove });

    expect(readFence(result).before).toBe(
      '0 items stored; 0 keys without an item now. 2 entries are left in unprocessed: send them again.',
    );
    expect(dataOf(result).unprocessed).toEqual({ put, delete: remove });
  });
});

describe('errors say what to do', () => {
  let client: McpClient;

  beforeAll(async () => {
    client = await clientWith({});
  });

  test.each<[string, string, JsonObject, string[]]>([
    ['an unknown index', 'query', { ...partition, index_name: 'GSI2' }, ['"GSI2"', 'it has GSI1']],
    ['no sort key', 'get_item', { key: { PK: 'A' } }, ['exactly the key attributes "PK" and "SK"']],
    ['an unknown field', 'get_item', { key: KEY, keys: [] }, ['keys is not a field of get_item']],
    ['a missing item', 'update_item', { key: { PK: 'A', SK: 'B' }, updates: { v: 1 } }, ['upsert']],
    [
      'a foreign page key',
      'query',
      { ...partition, last_evaluated_key: { PK: 'X' } },
      ['last_evaluated_key', '"PK" and "SK"'],
    ],
    [
      'an undefined value',
      'query',
      { key_condition: 'PK = :pk', expression_values: { ':x': 1 } },
      [':pk', 'expression_values'],
    ],
    [
      'a consistent read of an index',
      'query',
      { key: { GSI1PK: 'A' }, index_name: 'GSI1', consistent_read: true },
      ['leave consistent_read out'],
    ],
  ])('%s', async (_what, tool, input, parts) => {
    const result = await client.callTool(tool, input);

    expect(result.isError).toBe(true);
    for (const part of parts) expect(textOf(result)).toContain(part);
    expect(textOf(result)).not.toContain('\n');
  });

  test('a failed condition shows the item, fenced', async () => {
    const result = await client.callTool('update_item', {
      key: KEY,
      updates: { n: 9 },
      expected: { n: 7 },
    });

    const { before, data } = readFence(result);
    expect(before).toMatch(/^ConditionalCheckFailed: .*\.$/);
    expect(JSON.parse(data)).toEqual({ item: ITEMS[0] });
    expect(result.structuredContent).toBeUndefined();
  });
});
