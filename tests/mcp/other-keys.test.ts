import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { KeyType } from '../../src/dynamodb/tables/table-schema.ts';
import { isJsonObject, type JsonObject } from '../../src/json/parse.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineServes } from '../support/engine-has.ts';
import { exception, startFaultProxy } from '../support/fault-proxy.ts';
import { connect, type McpClient } from '../support/mcp-clients.ts';
import { startService, type TestService } from '../support/service.ts';
import { createTableWith } from '../support/tables.ts';

const way = { transport: 'HTTP', era: '2026-07-28' } as const;
/** These tables have no vector index. */
const LISTED = TOOLS.filter(({ needsVectorIndex }) => !needsVectorIndex);
const DESIGN = /\b(?:PK|SK|GSI1\w*)\b/;

const tables: [string, [string, KeyType][], string][] = [
  ['a string', [['id', 'S']], 'string'],
  [
    'a string and a number',
    [
      ['user', 'S'],
      ['at', 'N'],
    ],
    'number',
  ],
  [
    'a number and a string',
    [
      ['year', 'N'],
      ['title', 'S'],
    ],
    'string',
  ],
  [
    'a string and binary',
    [
      ['user', 'S'],
      ['hash', 'B'],
    ],
    'object',
  ],
];

describe.each(tables)('a table whose key is %s', (_what, keys, sortType) => {
  let service: TestService;
  let client: McpClient;
  let tools: JsonObject[];

  beforeAll(async () => {
    service = await startService({ table: await createTableWith(...keys) });
    client = await connect(way, { ...service });
    tools = await client.listTools();
  });

  afterAll(async () => {
    await client.close();
    await service.close();
  });

  test('is described by its own keys', () => {
    expect(JSON.stringify(tools)).not.toMatch(DESIGN);
    const examples = tools.map(({ description }) => String(description).split(' Example: ')[1]);
    for (const [name] of keys) expect(examples.join()).toContain(`"${name}"`);
  });

  test('has examples that work', async () => {
    for (const { name } of LISTED.filter((tool) => engineServes(tool.name))) {
      const tool = tools.find((listed) => listed.name === name) ?? expect.unreachable(name);
      const [, example = ''] = String(tool.description).split(' Example: ');

      const { status, body } = await service.call(name, JSON.parse(example));

      // There may be nothing to update, but the key is right.
      const isFine = status === 200 || (name === 'update_item' && body.code === 'ItemNotFound');
      expect(isFine, `${example}: ${body.error}`).toBe(true);
    }
  });

  test('has the type of its sort key in the schema', () => {
    const { inputSchema } = tools.find(({ name }) => name === 'query') ?? expect.unreachable();
    const { properties } = inputSchema as { properties: Record<string, JsonObject> };
    const operands = properties.sort_key?.properties;

    expect(isJsonObject(operands) && operands.gte).toEqual({ type: sortType });
  });

  test('has a design document of its own keys', async () => {
    const { text } = await client.readResource('dynamodb://schema');

    expect(text).not.toMatch(DESIGN);
    for (const [name, type] of keys) expect(text).toMatch(new RegExp(`${name} \\(.*, ${type}\\)`));
  });
});

test('without the schema the tools are listed without examples', async () => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  proxy.always('DescribeTable', exception('AccessDeniedException', 400, 'no'));
  const service = await startService({ endpoint: proxy.endpoint });
  const client = await connect(way, { ...service });

  const tools = await client.listTools();
  proxy.reset();
  const later = await client.listTools();
  await client.close();
  await service.close();
  await proxy.close();

  expect(tools).toHaveLength(LISTED.length);
  expect(JSON.stringify(tools)).not.toMatch(/Example: |\bPK\b/);
  expect(JSON.stringify(later)).toContain('Example: {\\"key\\":{\\"PK\\"');
});
