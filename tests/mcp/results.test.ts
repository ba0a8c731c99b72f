import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { readFence, textOf } from '../support/fenced-text.ts';
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
  test.each<[string, string, JsonObject, string]>([
    [
      'a stored item',
      'put_item',
      { item: newItem },
      'Item stored successfully: PK=RESULTS-NEW, SK=A.',
    ],
    ['an item', 'get_item', { key: KEY }, 'Item retrieved: PK=RESULTS, SK=ITEM#0.'],
    ['no item', 'get_item', { key: { PK: 'NO', SK: 'NE' } }, 'Item not found: PK=NO, SK=NE.'],
    ['all items', 'query', partition, 'Query returned 3 items.'],
    [
      'a page',
      'query',
      { ...partition, limit: 2 },
      'Query returned 2 items. More remains: call again with the last_evaluated_key.',
    ],
    [
      'an empty filtered page',
      'query',
      {
        ...partition,
        limit: 1,
        filter_expression: 'n > :n',
        expression_values: { ':n': 1 },
      },
      'Query returned 0 items. Nothing on this page matched, but more remains: call again with the last_evaluated_key, or ask with max_items.',
    ],
    ['nothing at all', 'query', { key: { PK: 'NONE' } }, 'Query returned 0 items.'],
    ['a count', 'query', { ...partition, select: 'COUNT' }, 'Query returned 3 items.'],
    [
      'a batch',
      'batch_get_item',
      { keys: [KEY, { PK: 'NO', SK: 'NE' }] },
      'Batch retrieved 1 of 2 items.',
    ],
  ])('the text of %s is a sentence', async (_what, tool, input, sentence) => {
    const result = await client.callTool(tool, input);

    expect(textOf(result)).toBe(sentence);
    expect(result.structuredContent).toBeDefined();
  });

  test('the key to go on from is the one that works', async () => {
    const first = await client.callTool('query', { ...partition, limit: 2 });

    const { last_evaluated_key } = first.structuredContent ?? {};
    const next = await client.callTool('query', { ...partition, last_evaluated_key });
    expect(first.structuredContent?.items).toEqual(ITEMS.slice(0, 2));
    expect(next.structuredContent).toMatchObject({
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
  const sentence = 'Query returned 2 items. More remains: call again with the last_evaluated_key.';

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

    expect(textOf(result)).toBe(
      'Batch stored 0 and deleted 0 items. 2 entries are left in unprocessed: send them again.',
    );
    expect(result.structuredContent?.unprocessed).toEqual({ put, delete: remove });
  });
});

describe('errors say what to do', () => {
  let client: McpClient;

  beforeAll(async () => {
    client = await clientWith({});
  });

  const raw = { key: KEY, expression_values: { ':v': 1 } };
  test.each<[string, string, JsonObject, string[]]>([
    [
      'a reserved word',
      'update_item',
      { ...raw, update_expression: 'SET status = :v' },
      ['"status" is a reserved word', 'expression_names'],
    ],
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
