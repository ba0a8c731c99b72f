import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type FencedText, readFence, textOf } from '../support/fenced-text.ts';
import { HOSTILE_TEXTS, hostileItems, INVISIBLE } from '../support/hostile-items.ts';
import { connect, ERAS, type McpClient, type ToolResult } from '../support/mcp-clients.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

const ITEMS = hostileItems('HOSTILE');
const cases = ITEMS.map((item) => ({ what: item.what, item }));
const texts = Object.entries(HOSTILE_TEXTS).map(([what, text]) => ({ what, text }));

let table: string;

beforeAll(async () => {
  table = await newTable();
  const service = await startService({ table });
  await service.call('batch_write_item', { put: ITEMS });
  await service.close();
});

/** A client of a service with a result mode, for the tests around. */
function clientWith(mode: string, era: (typeof ERAS)[number] = '2026-07-28'): () => McpClient {
  let service: TestService;
  let client: McpClient;
  beforeAll(async () => {
    service = await startService({ table, environment: { MCP_RESULT_MODE: mode } });
    client = await connect({ transport: 'HTTP', era }, { url: service.url, table });
  });
  afterAll(async () => {
    await client.close();
    await service.close();
  });
  return () => client;
}

const keyOf = ({ PK, SK }: JsonObject) => ({ PK, SK });

/** What a reader of the text may see of a value. */
function visiblePart(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(new RegExp(INVISIBLE, 'gv'), ''));
}

/** Asserts that a text is one line, one fence, and nothing that hides; returns its parts. */
function expectFenced(result: ToolResult): FencedText {
  const text = textOf(result);
  const fence = readFence(result);
  expect(text).not.toMatch(INVISIBLE);
  expect(text.split(fence.tag)).toHaveLength(4);
  return fence;
}

describe.each(ERAS)('text results of %s', (era) => {
  const client = clientWith('text', era);

  test.each(cases)('$what stays between the tags', async ({ item }) => {
    const result = await client().callTool('get_item', { key: keyOf(item) });

    const { before, data } = expectFenced(result);
    expect(before).toBe(`Item retrieved: PK=${item.PK}, SK=${item.SK}.`);
    expect(JSON.parse(data)).toEqual({ item: visiblePart(item) });
  });

  test('all of it in one result, too', async () => {
    const result = await client().callTool('query', { key: { PK: 'HOSTILE' } });

    const { before, data } = expectFenced(result);
    const { items } = JSON.parse(data) as { items: JsonObject[] };
    expect(before).toBe(`Query returned ${ITEMS.length} items.`);
    expect(items.map(({ what }) => what).sort()).toEqual(ITEMS.map(({ what }) => what).sort());
  });

  test('tags differ in every result', async () => {
    const tags = await Promise.all(
      Array.from({ length: 20 }, async () =>
        readFence(await client().callTool('query', { key: { PK: 'HOSTILE' }, limit: 1 })),
      ),
    );

    expect(new Set(tags.map(({ tag }) => tag)).size).toBe(20);
  });
});

describe('structured results', () => {
  const client = clientWith('structured');

  test.each(cases)('$what is exact, and not in the text', async ({ item }) => {
    const result = await client().callTool('get_item', { key: keyOf(item) });

    expect(result.structuredContent).toEqual({ item });
    expect(textOf(result)).toBe(`Item retrieved: PK=${item.PK}, SK=${item.SK}.`);
  });

  test('no result that reads has stored data in its text', async () => {
    const reads: [string, JsonObject][] = [
      ['query', { key: { PK: 'HOSTILE' }, limit: 100 }],
      ['query', { key: { PK: 'HOSTILE' }, limit: 3 }],
      ['scan', {}],
      ['batch_get_item', { keys: ITEMS.map(keyOf) }],
    ];
    for (const [tool, input] of reads) {
      const text = textOf(await client().callTool(tool, input));
      expect(text).toMatch(/^[\w ]+\.( More remains: call again with the last_evaluated_key\.)?$/);
    }
  });
});

describe('both', () => {
  const client = clientWith('both');

  test.each(cases)('$what is exact in one and fenced in the other', async ({ item }) => {
    const result = await client().callTool('get_item', { key: keyOf(item) });

    expect(result.structuredContent).toEqual({ item });
    expect(JSON.parse(expectFenced(result).data)).toEqual({ item: visiblePart(item) });
  });
});

describe.each(['structured', 'text'])('errors where results are %s', (mode) => {
  const client = clientWith(mode);

  test.each(cases)('the item of a failed condition is fenced: $what', async ({ item }) => {
    const result = await client().callTool('update_item', {
      key: keyOf(item),
      updates: { v: 1 },
      expected: { text: 'something else' },
    });

    const { before, data } = expectFenced(result);
    expect(before).toBe('ConditionalCheckFailed: The condition is not met by the stored item.');
    expect(JSON.parse(data)).toEqual({ item: visiblePart(item) });
    expect(result._meta).toMatchObject({ 'dynamodb-mcp-server/error': { item } });
  });
});

// A model may repeat what it has read: a sentence of the server must not give that a stage.
describe('sentences about what a caller wrote', () => {
  const client = clientWith('structured');
  const key = { PK: 'HOSTILE', SK: 'ITEM#0' };

  test.each<[string, string, (text: string) => JsonObject]>([
    ['a field', 'get_item', (text) => ({ key, [text]: 1 })],
    ['a field of a key', 'get_item', (text) => ({ key: { PK: 'a', [text]: 1 } })],
    ['an attribute', 'put_item', (text) => ({ item: { ...key, [text]: { $ddb: { X: text } } } })],
    [
      'an attribute to update',
      'update_item',
      (text) => ({ key, updates: { [text]: { $ddb: 1 } } }),
    ],
    ['one of two verbs', 'update_item', (text) => ({ key, add: { [text]: 1 }, remove: [text] })],
    ['an index', 'query', (text) => ({ key: { PK: 'a' }, index_name: text })],
    [
      'a condition',
      'query',
      (text) => ({ key_condition: text, expression_values: { ':v': text } }),
    ],
    ['a projection', 'get_item', (text) => ({ key, projection_expression: text })],
    ['a name', 'scan', (text) => ({ expression_names: { [`#${text}`]: text } })],
    ['a comparison', 'query', (text) => ({ key: { PK: 'a' }, sort_key: { [text]: 1 } })],
  ])('are one line that hides nothing: %s', async (_where, tool, input) => {
    for (const { what, text } of texts) {
      const result = await client().callTool(tool, input(text));

      expect(result.isError, what).toBe(true);
      expect(textOf(result), what).toMatch(/^ValidationError: [^\n]*$/);
      expect(textOf(result), what).not.toMatch(INVISIBLE);
    }
  });

  test.each(texts)('are one line that hides nothing: $what in a key', async ({ text }) => {
    const key = { PK: 'KEYS', SK: text };
    const results = [
      await client().callTool('put_item', { item: key }),
      await client().callTool('get_item', { key }),
      await client().callTool('update_item', { key, updates: { v: 1 } }),
      await client().callTool('delete_item', { key }),
      await client().callTool('get_item', { key }),
    ];

    for (const result of results) {
      expect(textOf(result)).toMatch(/^Item [a-z ]+: PK=KEYS, SK=[^\n]*\.$/);
      expect(textOf(result)).not.toMatch(INVISIBLE);
    }
  });
});
