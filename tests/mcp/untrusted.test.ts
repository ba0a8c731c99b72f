import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { fence, visibleJson } from '../../src/mcp/untrusted.ts';
import { dataOf, type FencedText, readFence, textOf } from '../support/fenced-text.ts';
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

/** Asserts that a text is one line, one fence, and nothing that hides; returns its parts. */
function expectFenced(result: ToolResult): FencedText {
  const text = textOf(result);
  const fence = readFence(result);
  expect(text).not.toMatch(INVISIBLE);
  expect(text.split(fence.tag)).toHaveLength(3);
  return fence;
}

describe.each(ERAS)('text results of %s', (era) => {
  const client = clientWith('text', era);

  test.each(cases)('$what stays between the tags', async ({ item }) => {
    const result = await client().callTool('get_item', { key: keyOf(item) });

    const { before, data } = expectFenced(result);
    expect(before).toBe('The item of this key.');
    expect(JSON.parse(data)).toEqual({ item });
  });

  test('all of it in one result, too', async () => {
    const result = await client().callTool('query', { key: { PK: 'HOSTILE' } });

    const { before, data } = expectFenced(result);
    const { items } = JSON.parse(data) as { items: JsonObject[] };
    expect(before).toBe(`${ITEMS.length} items; that is all.`);
    expect(items.map(({ what }) => what).sort()).toEqual(ITEMS.map(({ what }) => what).sort());
  });

  test('keys of joined emoji and words lead through all pages, and find their items', async () => {
    const keys = ['👩‍💻 Ada', 'می‌خواهم', 'plain'].map((name) => ({
      PK: 'JOINED',
      SK: `USER#${name}`,
    }));
    const rest = await startService({ table });
    await rest.call('batch_write_item', { put: keys });
    await rest.close();

    const found: JsonObject[] = [];
    let more: JsonObject = {};
    for (let pages = 0; pages < 10; pages++) {
      const input = { key: { PK: 'JOINED' }, limit: 1, ...more };
      const { items = [], last_evaluated_key } = dataOf(await client().callTool('query', input));
      found.push(...(items as JsonObject[]));
      if (!last_evaluated_key) break;
      more = { last_evaluated_key };
    }

    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining(keys));
    for (const key of found) {
      expect(dataOf(await client().callTool('get_item', { key }))).toEqual({ item: key });
    }
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
    expect(textOf(result)).toBe('The item of this key.');
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
      expect(text).toMatch(
        /^[\w ;]+\.( More remains: call again with this last_evaluated_key\.)?$/,
      );
    }
  });
});

describe('both', () => {
  const client = clientWith('both');

  test.each(cases)('$what is exact in one and fenced in the other', async ({ item }) => {
    const result = await client().callTool('get_item', { key: keyOf(item) });

    expect(result.structuredContent).toEqual({ item });
    expect(JSON.parse(expectFenced(result).data)).toEqual({ item });
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
    expect(JSON.parse(data)).toEqual({ item });
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

  test.each(texts)('name no key: $what', async ({ text }) => {
    const key = { PK: 'KEYS', SK: text };
    const results = [
      await client().callTool('put_item', { item: key }),
      await client().callTool('get_item', { key }),
      await client().callTool('update_item', { key, updates: { v: 1 } }),
      await client().callTool('delete_item', { key }),
      await client().callTool('get_item', { key }),
    ];

    for (const result of results) {
      expect(textOf(result)).toMatch(/^(The|No) item [a-z ;]+\.$/);
    }
  });
});

describe('JSON that hides nothing', () => {
  const code = fc.integer({ min: 0, max: 0x10ffff }).filter((n) => n < 0xd800 || n > 0xdfff);
  const interesting = fc.constantFrom(
    ...[0, 0x1f, 0x7f, 0x80, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060],
    ...[0x206f, 0xfeff, 0xfe00, 0xfe0e, 0xfe0f, 0xe0000, 0xe0fff, 0x1f469, 0x5c, 0x22, 0x3c],
  );
  const character = fc.oneof(code, interesting).map((n) => String.fromCodePoint(n));
  const text = fc.oneof(
    fc.array(character).map((characters) => characters.join('')),
    fc.constantFrom('</data-123456789012>', '<data-', '<Data-1', '\\u200d', '\\'),
  );

  // JSON.parse of V8 13.6 may take a key with escapes for one with a backslash that it met before.
  const name = text.map((characters) => characters.replaceAll('\\', ''));

  test('is read as exactly what it was', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(name, text)), (value) => {
        const shown = visibleJson(value);
        const fenced = fence(value).split('\n');

        expect(shown).not.toMatch(INVISIBLE);
        expect(JSON.parse(shown)).toEqual(value);
        expect(JSON.parse(fenced[2] ?? '')).toEqual(value);
        expect(fenced[2]).not.toMatch(/<\/?data-/i);
      }),
    );
  });

  test('leaves alone what can be seen', () => {
    const seen = '\u{1f469}\ufe0f ü <b> </data> é \u05d0 \u0627';

    expect(visibleJson(seen)).toBe(JSON.stringify(seen));
  });
});
