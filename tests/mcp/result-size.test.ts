import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { textOf } from '../support/fenced-text.ts';
import { connect, type McpClient, type ToolResult } from '../support/mcp-clients.ts';
import { startService, type TestService } from '../support/service.ts';

const MOST_BYTES = 1_024;
const ITEMS = Array.from({ length: 40 }, (_, n) => ({
  PK: 'SIZE',
  SK: `ITEM#${String(n).padStart(2, '0')}`,
  GSI1PK: 'SIZE',
  GSI1SK: `G#${n % 4}`,
  n,
  text: 'ü'.repeat(50 + (n % 7) * 10),
}));
const ALL = ITEMS.map(({ n }) => n);
const keys = ITEMS.map(({ PK, SK }) => ({ PK, SK }));

interface Running {
  service: TestService;
  client: McpClient;
}

async function start(items: JsonObject[]): Promise<Running> {
  const environment = { MCP_MAX_RESULT_BYTES: String(MOST_BYTES) };
  const service = await startService({ environment });
  await service.call('batch_write_item', { put: items });
  const target = { url: service.url, table: service.table };
  return { service, client: await connect({ transport: 'HTTP', era: '2026-07-28' }, target) };
}

async function stop({ service, client }: Running): Promise<void> {
  await client.close();
  await service.close();
}

/** Asserts that a result is small and says what was cut; returns its items. */
function itemsOf(result: ToolResult): JsonObject[] {
  const { items, count } = result.structuredContent as { items: JsonObject[]; count: number };
  const bytes = Buffer.byteLength(JSON.stringify(items));
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES + 2);
  expect(count).toBe(items.length);
  return items;
}

/** Follows a result to its end as the sentences say; returns all items, and the texts. */
async function follow(
  client: McpClient,
  tool: string,
  input: JsonObject,
  next: (output: JsonObject) => JsonObject | undefined,
) {
  const items: JsonObject[] = [];
  const texts: string[] = [];
  for (let more: JsonObject | undefined = {}; more && texts.length < 100; ) {
    const result = await client.callTool(tool, { ...input, ...more });
    items.push(...itemsOf(result));
    texts.push(textOf(result));
    more = next(result.structuredContent ?? {});
  }
  return { items, texts, numbers: items.map(({ n }) => Number(n)).sort((a, b) => a - b) };
}

const nextPage = ({ last_evaluated_key }: JsonObject) =>
  last_evaluated_key ? { last_evaluated_key } : undefined;

function nextKeys({ unprocessed }: JsonObject) {
  const left = (unprocessed as { keys: JsonObject[] }).keys;
  return left.length > 0 ? { keys: left } : undefined;
}

describe('results over MCP_MAX_RESULT_BYTES', () => {
  let running: Running;

  beforeAll(async () => {
    running = await start(ITEMS);
  });

  afterAll(() => stop(running));

  const projected = {
    projection_expression: '#n, #t',
    expression_names: { '#n': 'n', '#t': 'text' },
  };
  const table = { key: { PK: 'SIZE' } };
  const index = { key: { GSI1PK: 'SIZE' }, index_name: 'GSI1' };
  const wholeIndex = { index_name: 'GSI1' };
  const filtered = { filter_expression: 'n >= :n', expression_values: { ':n': 0 } };

  describe.each([
    ['whole items', {}, ['PK', 'SK', 'GSI1PK', 'GSI1SK', 'n', 'text']],
    ['a projection without keys', projected, ['n', 'text']],
  ])('%s', (_what, projection, attributes) => {
    test.each<[string, string, JsonObject]>([
      ['query', 'the table', table],
      ['query', 'descending', { ...table, scan_index_forward: false }],
      ['query', 'with a limit', { ...table, limit: 11 }],
      ['query', 'with max_items', { ...table, limit: 3, max_items: 17 }],
      ['query', 'with a filter', { ...table, ...filtered }],
      ['query', 'the index', index],
      ['query', 'the index with max_items', { ...index, limit: 6, max_items: 13 }],
      ['scan', 'the table', {}],
      ['scan', 'with max_items', { limit: 4, max_items: 19 }],
      ['scan', 'the index', wholeIndex],
      ['scan', 'the index with max_items', { ...wholeIndex, max_items: 25 }],
    ])('%s %s: every item once', async (tool, _where, input) => {
      const { items, texts, numbers } = await follow(
        running.client,
        tool,
        { ...input, ...projection },
        nextPage,
      );

      expect(numbers).toEqual(ALL);
      for (const item of items) expect(Object.keys(item).sort()).toEqual(attributes.toSorted());
      expect(texts[0]).toMatch(
        /Only \d+ of \d+ items are here, to keep the result small\. More remains: call again with the last_evaluated_key\.$/,
      );
      expect(texts.at(-1)).toMatch(/^\w+ returned \d+ items\.$/);
    });

    test('batch_get_item: every item once', async () => {
      const { items, texts, numbers } = await follow(
        running.client,
        'batch_get_item',
        { keys: [...keys, ...keys.slice(5), { PK: 'SIZE', SK: 'NONE' }], ...projection },
        nextKeys,
      );

      expect(numbers).toEqual(ALL);
      for (const item of items) expect(Object.keys(item).sort()).toEqual(attributes.toSorted());
      expect(texts[0]).toMatch(
        /^Batch retrieved (\d+) of 41 items\. Only \1 of 40 items are here, to keep the result small\. \d+ entries are left in unprocessed: send them again\.$/,
      );
    });
  });

  test('counts and REST are not cut', async () => {
    const count = await running.client.callTool('query', { ...table, select: 'COUNT' });
    const rest = await running.service.call('query', table);

    expect(count.structuredContent).toMatchObject({ count: 40, last_evaluated_key: null });
    expect(rest.body).toMatchObject({ count: 40, last_evaluated_key: null });
  });
});

describe('one item over MCP_MAX_RESULT_BYTES', () => {
  const key = { PK: 'BIG', SK: 'B' };
  let running: Running;

  beforeAll(async () => {
    running = await start([
      { PK: 'BIG', SK: 'A', n: 0 },
      { ...key, n: 1, text: 'x'.repeat(2 * MOST_BYTES) },
      { PK: 'BIG', SK: 'C', n: 2 },
    ]);
  });

  afterAll(() => stop(running));

  test.each<[string, JsonObject]>([
    ['get_item', { key }],
    ['query', { key: { PK: 'BIG' }, sort_key: { gte: 'B' } }],
    ['scan', { filter_expression: 'n = :n', expression_values: { ':n': 1 } }],
    ['batch_get_item', { keys: [key] }],
  ])('is an error of %s that a projection mends', async (tool, input) => {
    const refused = await running.client.callTool(tool, input);
    const mended = await running.client.callTool(tool, { ...input, projection_expression: 'n' });

    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(
      /^TooLarge: The next item alone has 2\d{3} bytes, more than the 1024 of a result: .*projection_expression\.$/,
    );
    expect(mended.isError ?? false).toBe(false);
    expect(JSON.stringify(mended.structuredContent)).toContain('{"n":1}');
  });

  test('ends the page before it, so that what is smaller still comes', async () => {
    const first = await running.client.callTool('query', { key: { PK: 'BIG' } });

    expect(first.structuredContent).toEqual({
      items: [{ PK: 'BIG', SK: 'A', n: 0 }],
      count: 1,
      scanned_count: 3,
      last_evaluated_key: { PK: 'BIG', SK: 'A' },
    });
  });

  test('comes whole through REST', async () => {
    const { status, body } = await running.service.call('get_item', { key });

    expect([status, body.item]).toEqual([200, expect.objectContaining({ ...key, n: 1 })]);
  });
});
