import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'gpt-tokenizer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../src/json/parse.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineHas } from '../support/engine-has.ts';
import { connect, ERAS, type Era, WAYS } from '../support/mcp-clients.ts';
import { resultOf, sendMcp } from '../support/mcp-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';
import { PROJECT } from '../support/service-process.ts';
import { newVectorTable, vectorIndex } from '../support/vector-table.ts';

const MOST_TOKENS = 3_000;
const MODES = ['text', 'structured', 'both'];

/** All tools that a table can have. */
const searches = engineHas('vector search');
const LISTED = TOOLS.filter(({ needsVectorIndex }) => searches || !needsVectorIndex);
/** The fields that no model is to fill in, or only where there are embeddings. */
const HIDDEN = ['vector', 'text', 'search_condition', 'expression_values'];
/** Those that are never listed: one table needs no name. */
const UNLISTED = ['table', 'dry_run'];
const EMBEDDINGS = 'openai:model@http://127.0.0.1:9/v1';

interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  annotations: JsonObject;
}

let table: string;
let service: TestService;
let readOnly: TestService;

beforeAll(async () => {
  table = await (searches ? newVectorTable(vectorIndex('NEAR', 'v')) : newTable());
  service = await startService({ table, environment: { MCP_RESULT_MODE: 'structured' } });
  readOnly = await startService({ table, environment: { READ_ONLY: 'true' } });
});

afterAll(async () => {
  await service.close();
  await readOnly.close();
});

async function listTools({ url }: TestService, era: Era): Promise<ListedTool[]> {
  return resultOf<{ tools: ListedTool[] }>(await sendMcp(url, era, 'tools/list')).tools;
}

/** The fields of a schema of the registry. */
function fieldsOf(name: string, side: 'input' | 'output'): string[] {
  const schema = TOOLS.find((tool) => tool.name === name)?.[side];
  if (!(schema instanceof z.ZodObject)) return expect.unreachable(name);
  return Object.keys(schema.shape).filter(
    (field) =>
      side === 'output' ||
      ![...UNLISTED, ...(name === 'search_vectors' ? HIDDEN : [])].includes(field),
  );
}

/** All objects inside a JSON value, itself included. */
function objectsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isJsonObject(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

/** A schema and all schemas inside it. */
function schemasIn(schema: JsonObject): JsonObject[] {
  const inner = [...Object.values(schema.properties ?? {}), schema.items].filter(isJsonObject);
  return [schema, ...inner.flatMap(schemasIn)];
}

describe.each(ERAS)('the tools of %s', (era) => {
  let tools: ListedTool[];

  beforeAll(async () => {
    tools = await listTools(service, era);
  });

  test('are those of the registry, in its order', () => {
    expect(tools.map(({ name, title }) => ({ name, title }))).toEqual(
      LISTED.map(({ name, title }) => ({ name, title })),
    );
  });

  test('have annotations by their effect', () => {
    const read = { readOnlyHint: true };
    const write = (destructiveHint: boolean, idempotentHint: boolean) => ({
      readOnlyHint: false,
      destructiveHint,
      // False is what its absence means.
      ...(idempotentHint && { idempotentHint }),
    });

    expect(
      Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations])),
    ).toMatchObject({
      put_item: write(true, true),
      get_item: read,
      update_item: write(true, false),
      delete_item: write(true, true),
      query: read,
      scan: read,
      batch_get_item: read,
      batch_write_item: write(true, true),
      describe_table: read,
    });
  });

  test('have strict input schemas with the fields of the registry, explained where they first occur', () => {
    const explained = new Set<string>();
    for (const { name, inputSchema } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(Object.keys(inputSchema.properties ?? {})).toEqual(fieldsOf(name, 'input'));
      for (const [field, schema] of Object.entries(inputSchema.properties ?? {})) {
        if (explained.has(field)) continue;
        expect(schema, name).toHaveProperty('description', expect.stringMatching(/\S/));
        explained.add(field);
      }
    }
  });

  test('require what a call cannot do without', () => {
    const required = tools.map(({ name, inputSchema }) => [name, inputSchema.required ?? []]);

    expect(Object.fromEntries(required)).toEqual({
      put_item: ['item'],
      get_item: ['key'],
      update_item: ['key'],
      delete_item: ['key'],
      query: [],
      scan: [],
      batch_get_item: ['keys'],
      batch_write_item: [],
      transact_write_items: ['operations'],
      transact_get_items: ['keys'],
      ...(searches && { search_vectors: [] }),
      describe_table: [],
    });
  });

  test('have output schemas with the members of the registry that are never null, but for asides', () => {
    const nullable = ['item', 'old_item', 'last_evaluated_key', 'ttl_attribute', 'item_count'];
    const asides = ['hint', 'guide', 'denied'];
    for (const { name, outputSchema } of tools) {
      const members = Object.keys(outputSchema.properties ?? {});
      expect(outputSchema.type).toBe('object');
      expect(fieldsOf(name, 'output')).toEqual(expect.arrayContaining(members));
      const others = fieldsOf(name, 'output').filter((field) => !members.includes(field));
      expect([...nullable, ...asides, 'size_bytes']).toEqual(expect.arrayContaining(others));
    }
  });

  test('have schemas that name one type each', () => {
    const schemas = tools.flatMap(({ inputSchema, outputSchema }) => [inputSchema, outputSchema]);

    for (const schema of schemas.flatMap(schemasIn)) {
      expect(schema.type, JSON.stringify(schema)).toBeOneOf([
        'object',
        'array',
        'string',
        'number',
        'integer',
        'boolean',
      ]);
    }
  });

  test('compare a sort key with what it is', () => {
    const { inputSchema } = tools.find(({ name }) => name === 'query') ?? expect.unreachable();
    const { sort_key, select } = inputSchema.properties as Record<string, JsonObject>;

    const string = { type: 'string' };
    expect(sort_key?.properties).toEqual({
      ...Object.fromEntries(
        ['eq', 'lt', 'lte', 'gt', 'gte', 'begins_with'].map((name) => [name, string]),
      ),
      between: { type: 'array', items: string },
    });
    expect(select).toMatchObject({ type: 'string', enum: ['COUNT'] });
  });

  test('use only what the major model providers take', () => {
    const schemas = tools.flatMap(({ inputSchema, outputSchema }) => [inputSchema, outputSchema]);

    for (const schema of schemas) {
      for (const word of ['anyOf', 'oneOf', 'allOf', 'not', 'enum']) {
        expect(schema).not.toHaveProperty(word);
      }
    }
    const words = new Set(objectsIn(schemas).flatMap((object) => Object.keys(object)));
    for (const word of [
      'const',
      'propertyNames',
      '$ref',
      '$defs',
      '$schema',
      'patternProperties',
    ]) {
      expect(words).not.toContain(word);
    }
    expect(words).toContain('properties');
  });

  test('are described for a model: an alternative and an example each', () => {
    const names = LISTED.map(({ name }) => name);

    for (const { name, description } of tools) {
      const [before = '', example = ''] = description.split(' Example: ');
      const tool = TOOLS.find((candidate) => candidate.name === name);
      const others = names.filter((other) => other !== name && before.includes(other));
      expect(others, `${name} names another tool`).not.toEqual([]);
      expect(tool?.input.safeParse(JSON.parse(example)).success, `${name}: ${example}`).toBe(true);
    }
  });
});

test('the list is the same for every connection and every client', async () => {
  const [first = [], ...more] = await Promise.all([
    ...ERAS.map((era) => listTools(service, era)),
    ...ERAS.map((era) => listTools(service, era)),
  ]);

  for (const list of more) expect(JSON.stringify(list)).toBe(JSON.stringify(first));
  const target = { url: service.url, table, environment: { MCP_RESULT_MODE: 'structured' } };
  const clients = await Promise.all(WAYS.map((way) => connect(way, target)));
  for (const client of clients) {
    expect(await client.listTools()).toEqual(first);
    await client.close();
  }
});

describe.each(MODES)('where results are %s', (mode) => {
  let tools: ListedTool[];

  beforeAll(async () => {
    const running = await startService({
      table,
      environment: { MCP_RESULT_MODE: mode, EMBEDDINGS },
    });
    tools = await listTools(running, '2025-11-25');
    await running.close();
  });

  test('the list takes few tokens', () => {
    expect(encode(JSON.stringify({ tools })).length).toBeLessThanOrEqual(MOST_TOKENS);
  });

  test('output schemas are listed only where there is structured content', () => {
    expect(tools).toHaveLength(LISTED.length);
    for (const tool of tools) expect('outputSchema' in tool).toBe(mode !== 'text');
  });
});

test('the docs say how many tokens the list takes', async () => {
  const docs = readFileSync(path.join(PROJECT, 'docs/mcp.md'), 'utf8');
  const [, said = ''] = /tool list is ([\d,]+) tokens/.exec(docs) ?? [];
  const running = await startService();

  const tools = await listTools(running, '2025-11-25');
  await running.close();

  expect(said.replace(',', '')).toBe(String(encode(JSON.stringify({ tools })).length));
});

describe.skipIf(!searches)('search_vectors', () => {
  const fieldsIn = async (of: TestService) => {
    const tools = await listTools(of, '2025-11-25');
    const listed = tools.find(({ name }) => name === 'search_vectors');
    return listed && Object.keys(listed.inputSchema.properties ?? {});
  };

  test('is listed where a table has a vector index, the default one or another', async () => {
    const plain = await newTable();
    const [without, besides] = await Promise.all([
      startService({ table: plain }),
      startService({ table: plain, environment: { DYNAMODB_TABLES: table } }),
    ]);

    const listed = [await fieldsIn(without), await fieldsIn(besides), await fieldsIn(service)];
    await Promise.all([without.close(), besides.close()]);

    expect(listed.map((fields) => fields !== undefined)).toEqual([false, true, true]);
  });

  test('takes a text only where there are embeddings, and asks no model for a vector', async () => {
    const embedding = await startService({ table, environment: { EMBEDDINGS } });

    const fields = [await fieldsIn(service), await fieldsIn(embedding)];
    await embedding.close();

    expect(fields[0]).not.toContain('text');
    expect(fields[1]).toContain('text');
    for (const names of fields) expect(names).not.toContain('vector');
  });
});

describe.each(ERAS)('calls of %s', (era) => {
  const call = ({ url }: TestService, name: string, input: JsonObject = {}) =>
    sendMcp(url, era, 'tools/call', { name, arguments: input });

  test('to no tool are a protocol error that cannot be forged', async () => {
    const { messages } = await call(service, 'drop_table\u001b[31m');

    expect(messages).toEqual([
      {
        jsonrpc: '2.0',
        id: 1,
        error: { code: -32_602, message: 'Unknown tool: drop_table\\u001b[31m' },
      },
    ]);
  });

  test('without arguments are allowed where none are needed', async () => {
    const { messages } = await sendMcp(service.url, era, 'tools/call', { name: 'describe_table' });

    expect(messages[0]?.result).toMatchObject({ structuredContent: { table } });
  });

  test('to a service that only reads: only what reads is listed', async () => {
    const names = (await listTools(readOnly, era)).map(({ name }) => name);

    expect(names).toEqual([
      'get_item',
      'query',
      'scan',
      'batch_get_item',
      'transact_get_items',
      ...(searches ? ['search_vectors'] : []),
      'describe_table',
    ]);
  });

  test.each(['put_item', 'update_item', 'delete_item', 'batch_write_item'])(
    'to a service that only reads: %s is refused, whatever it asks',
    async (name) => {
      const { messages } = await call(readOnly, name, { nonsense: 1 });

      const error = `This service is read-only; ${name} writes.`;
      expect(messages[0]?.result).toMatchObject({
        isError: true,
        content: [{ type: 'text', text: `Forbidden: ${error}` }],
        _meta: { 'dynamodb-mcp-server/error': { success: false, error, code: 'Forbidden' } },
      });
    },
  );
});
