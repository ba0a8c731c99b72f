import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { readFence, textOf } from '../support/fenced-text.ts';
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
  const environment = {
    MCP_MAX_RESULT_BYTES: String(MOST_BYTES),
    MCP_RESULT_MODE: 'structured',
  };
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
function itemsOf(result: ToolResult, mostBytes = MOST_BYTES): JsonObject[] {
  const { items, count } = result.structuredContent as { items: JsonObject[]; count: number };
  const bytes = Buffer.byteLength(JSON.stringify(items));
  expect(bytes).toBeLessThanOrEqual(mostBytes + 2);
  expect(count).toBe(items.length);
  return items;
}

/** Follows a result to its end as the sentences say; returns all items, and the texts. */
async function follow(
  client: McpClient,
  tool: string,
  input: JsonObject,
  next: (output: JsonObject) => JsonObject | undefined,
  { mostBytes = MOST_BYTES } = {},
) {
  const items: JsonObject[] = [];
  const texts: string[] = [];
  for (let more: JsonObject | undefined = {}; more && texts.length < 100; ) {
    const result = await client.callTool(tool, { ...input, ...more });
    items.push(...itemsOf(result, mostBytes));
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
      expect(texts[0]).toMatch(/ More remains: call again with this last_evaluated_key\.$/);
      expect(texts.at(-1)).toMatch(/^\d+ items?( of \d+ that were read)?; that is all\.$/);
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
        /^\d+ items found\.( The result was cut to keep it small\.)? \d+ entries are left in unprocessed: send them again\.$/,
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
  const big = { ...key, n: 1, text: 'x'.repeat(2 * MOST_BYTES) };
  const outline = {
    ...key,
    $large: {
      bytes: Buffer.byteLength(JSON.stringify(big)),
      attributes: { text: 2 * MOST_BYTES + 2, PK: 5, SK: 3, n: 1 },
    },
  };
  let running: Running;

  beforeAll(async () => {
    running = await start([{ PK: 'BIG', SK: 'A', n: 0 }, big, { PK: 'BIG', SK: 'C', n: 2 }]);
  });

  afterAll(() => stop(running));

  test.each<[string, JsonObject, JsonObject]>([
    ['get_item', { key }, { item: outline }],
    ['query', { key: { PK: 'BIG' }, sort_key: { eq: 'B' } }, { items: [outline] }],
    ['scan', { filter_expression: 'n = :n', expression_values: { ':n': 1 } }, { items: [outline] }],
    ['batch_get_item', { keys: [key] }, { items: [outline] }],
    ['update_item', { key, updates: { n: 1 } }, { item: outline }],
    ['put_item', { item: big, return_old: true }, { old_item: outline }],
  ])('is shown by %s in outline, and by its projection', async (tool, input, expected) => {
    const result = await running.client.callTool(tool, input);

    expect(result.structuredContent).toMatchObject(expected);
    expect(textOf(result)).toContain(
      '1 item too large for a result: "$large" has the sizes of the attributes; ask for some with projection_expression.',
    );
    if (tool.startsWith('put') || tool.startsWith('update')) return;
    const mended = await running.client.callTool(tool, { ...input, projection_expression: 'n' });
    expect(JSON.stringify(mended.structuredContent)).toContain('{"n":1}');
  });

  test('is shown in outline by what failed on it, and by what deletes it', async () => {
    const failed = await running.client.callTool('delete_item', { key, expected: { n: 7 } });
    const deleted = await running.client.callTool('delete_item', { key, return_old: true });
    await running.service.call('put_item', { item: big });

    expect(failed._meta).toMatchObject({ 'dynamodb-mcp-server/error': { item: outline } });
    expect(JSON.parse(readFence(failed).data)).toEqual({ item: outline });
    expect(deleted.structuredContent).toMatchObject({ old_item: outline });
  });

  test('cannot be stored in outline', async () => {
    const result = await running.client.callTool('put_item', { item: outline });

    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^ValidationError: item\.\$large: "\$large" stands for/);
  });

  test.each(['query', 'scan'])('a %s goes on behind it', async (tool) => {
    const input = tool === 'query' ? { key: { PK: 'BIG' } } : {};

    const { items } = await follow(running.client, tool, input, nextPage);

    expect(items).toEqual([{ PK: 'BIG', SK: 'A', n: 0 }, outline, { PK: 'BIG', SK: 'C', n: 2 }]);
  });

  test('comes whole through REST', async () => {
    const { status, body } = await running.service.call('get_item', { key });

    expect([status, body.item]).toEqual([200, big]);
  });
});

describe('what a walk costs', () => {
  const MOST = 8_192;
  const sizes: [string, number, (n: number) => number][] = [
    ['small items', 300, () => 100],
    ['items of 1 KB', 100, () => 1_000],
    ['items of 3 KB', 40, () => 3_000],
    ['items of 5 KB', 20, () => 5_000],
    ['items over the size of a result', 10, () => 12_000],
    ['items of all sizes', 60, (n) => 50 + ((n * 977) % 6_000)],
  ];
  let service: TestService;
  let client: McpClient;

  beforeAll(async () => {
    const environment = { MCP_MAX_RESULT_BYTES: String(MOST), MCP_RESULT_MODE: 'structured' };
    service = await startService({ environment });
    const target = { url: service.url, table: service.table };
    client = await connect({ transport: 'HTTP', era: '2026-07-28' }, target);
  });

  afterAll(() => stop({ service, client }));

  /** Capacity and requests that the log tells of the calls since a line. */
  function spentSince(line: number) {
    const lines = service.logs.slice(line).filter(({ tool }) => tool === 'query');
    const sum = (field: string) => lines.reduce((total, entry) => total + Number(entry[field]), 0);
    return { capacity: sum('consumed_capacity'), requests: sum('attempts'), calls: lines.length };
  }

  test.each(sizes)('%s: about what it shows, in few requests', async (what, count, size) => {
    const items = Array.from({ length: count }, (_, n) => ({
      PK: what,
      SK: String(n).padStart(4, '0'),
      text: 'x'.repeat(size(n)),
    }));
    for (let from = 0; from < count; from += 20) {
      await service.call('batch_write_item', { put: items.slice(from, from + 20) });
    }
    const start = service.logs.length;
    await service.call('query', { key: { PK: what } });
    const whole = spentSince(start);
    const walked = service.logs.length;

    const { texts, items: shown } = await follow(client, 'query', { key: { PK: what } }, nextPage, {
      mostBytes: MOST,
    });

    const { capacity, requests } = spentSince(walked);
    expect(shown).toHaveLength(count);
    expect(capacity).toBeLessThanOrEqual(2.2 * whole.capacity + 0.5 * texts.length);
    expect(requests).toBeLessThanOrEqual(5 * texts.length);
  });
});
