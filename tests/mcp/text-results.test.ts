import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { dataOf, textOf } from '../support/fenced-text.ts';
import { hostileItems } from '../support/hostile-items.ts';
import { connect, type McpClient } from '../support/mcp-clients.ts';
import { newTable, startService } from '../support/service.ts';

const PARTITION = 'TEXTS';
const DIGITS = '12345678901234567890123456789012345678';

/** What models are shown otherwise than it is stored, and what is close to that. */
const ITEMS: JsonObject[] = [
  ...hostileItems(PARTITION),
  { SK: 'A', exact: JSON.rawJSON(DIGITS), deep: [{ n: JSON.rawJSON('1E-130') }], plain: 1e21 },
  { SK: 'B', vector: Array(64).fill(0.5), short: Array(63).fill(1), texts: Array(64).fill('x') },
  { SK: 'C', $vector: 3, $large: { $$vector: 1 }, $$ddb: 'x', $: 1, list: [{ $vector: 2 }] },
  { SK: 'D', set: { $ddb: { NS: [DIGITS] } }, bytes: { $ddb: { B: 'AAEC' } }, none: null },
  { SK: 'E', big: 'ü'.repeat(9_000), small: 1 },
  ...Array.from({ length: 40 }, (_, n) => ({ SK: `F#${n}`, n, text: 'é'.repeat(n * 10) })),
].map((item) => ({ ...item, PK: PARTITION, GSI1PK: PARTITION, GSI1SK: JSON.stringify(item.SK) }));

const KEYS = ITEMS.map(({ PK, SK }) => ({ PK, SK }));

const clients: Record<string, McpClient> = {};
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const table = await newTable();
  for (const mode of ['text', 'both']) {
    const environment = { MCP_RESULT_MODE: mode, MCP_MAX_RESULT_BYTES: '6000' };
    const service = await startService({ table, environment });
    const { url } = service;
    const client = await connect({ transport: 'HTTP', era: '2026-07-28' }, { url, table });
    closing.push(service.close, client.close);
    clients[mode] = client;
    if (mode === 'both') continue;
    const { body } = await service.call('batch_write_item', { put: ITEMS });
    expect(body).toMatchObject({ put_count: ITEMS.length });
  }
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** The results of a walk to its end: what is said, the data, and how long its text is. */
async function textsOf(mode: string, tool: string, input: JsonObject): Promise<object[]> {
  const results: object[] = [];
  let next: JsonObject | undefined = input;
  while (next) {
    const result = await clients[mode]?.callTool(tool, next);
    if (!result) throw new Error(mode);
    const [said] = textOf(result).split('\n');
    results.push({ said, data: dataOf(result), length: textOf(result).length });
    const { last_evaluated_key: key, unprocessed } = dataOf(result);
    const keys = (unprocessed as { keys?: JsonObject[] } | undefined)?.keys ?? [];
    if (key) next = { ...input, last_evaluated_key: key };
    else next = keys.length > 0 ? { keys } : undefined;
  }
  return results;
}

describe('a text that is copied is the one that is made of values', () => {
  test.each<[string, string, JsonObject]>([
    ['query', 'the table', { key: { PK: PARTITION } }],
    [
      'query',
      'an index, backwards',
      { key: { GSI1PK: PARTITION }, index_name: 'GSI1', scan_index_forward: false },
    ],
    [
      'query',
      'with a filter and max_items',
      { key: { PK: PARTITION }, filter: { n: { gte: 3 } }, max_items: 7 },
    ],
    ['query', 'with a limit', { key: { PK: PARTITION }, limit: 9 }],
    [
      'query',
      'with a projection',
      { key: { PK: PARTITION }, projection_expression: 'vector, exact' },
    ],
    ['query', 'nothing', { key: { PK: 'NONE' } }],
    ['scan', 'the table', {}],
    ['scan', 'with max_items', { max_items: 50 }],
    ['batch_get_item', 'all keys', { keys: KEYS }],
  ])('%s %s', async (tool, _what, input) => {
    const copied = await textsOf('text', tool, input);

    expect(copied).toEqual(await textsOf('both', tool, input));
  });
});
