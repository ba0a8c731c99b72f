import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineHas } from '../support/engine-has.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { sendMcp } from '../support/mcp-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';
import { createTableWith } from '../support/tables.ts';

const ITEM = { PK: 'TABLES', SK: 'ITEM' };

let service: TestService;
let other: string;
let byId: string;

beforeAll(async () => {
  [other, byId] = await Promise.all([newTable(), createTableWith(['id', 'N'])]);
  service = await startService({
    environment: { DYNAMODB_TABLES: `${other}, ${byId}, missing-table` },
  });
});

afterAll(() => service.close());

describe('several tables', () => {
  test('are reached by name, each with its own keys', async () => {
    await service.call('put_item', { item: { ...ITEM, v: 'default' } });
    await service.call('put_item', { item: { ...ITEM, v: 'other' }, table: other });
    await service.call('put_item', { item: { id: 1, v: 'by id' }, table: byId });

    const items = await Promise.all(
      [{}, { table: service.table }, { table: other }].map(async (named) => {
        const { body } = await service.call('get_item', { key: ITEM, ...named });
        return (body.item as { v: string }).v;
      }),
    );
    const scanned = await service.call('scan', { table: byId });
    const wrongKey = await service.call('get_item', { key: ITEM, table: byId });

    expect(items).toEqual(['default', 'default', 'other']);
    expect(scanned.body.items).toEqual([{ id: 1, v: 'by id' }]);
    expect(wrongKey.body).toMatchObject({ code: 'ValidationError' });
  });

  test.each(['Other', `${'x'.repeat(300)}`, '', '../x', 'missing'])(
    'no table of another name is: %j',
    async (table) => {
      for (const [tool, body] of [
        ['scan', { table }],
        ['describe_table', { table }],
        ['put_item', { item: ITEM, table }],
        ['transact_get_items', { keys: [{ key: ITEM, table }] }],
      ] as const) {
        const { status, body: reply } = await service.call(tool, body);

        expect([status, reply.code]).toEqual([400, 'ValidationError']);
        expect(reply.error).toContain(`, only ${service.table}, ${other}`);
      }
    },
  );

  test('are listed, also those that cannot be read', async () => {
    const { body } = await service.call('list_tables');

    expect(body).toEqual({
      success: true,
      tables: [
        {
          table: service.table,
          status: 'ACTIVE',
          key_attributes: ['PK', 'SK'],
          indexes: ['GSI1'],
          vector_indexes: [],
        },
        {
          table: other,
          status: 'ACTIVE',
          key_attributes: ['PK', 'SK'],
          indexes: ['GSI1'],
          vector_indexes: [],
        },
        { table: byId, status: 'ACTIVE', key_attributes: ['id'], indexes: [], vector_indexes: [] },
        {
          table: 'missing-table',
          status: 'UNAVAILABLE',
          key_attributes: [],
          indexes: [],
          vector_indexes: [],
        },
      ],
    });
  });

  test('are ready each for itself; the default one decides', async () => {
    const { status, body } = await service.request('/ready');
    const health = await service.request('/health');

    expect([status, body]).toMatchObject([
      200,
      {
        status: 'ready',
        table: service.table,
        tables: { [service.table]: 'ready', [other]: 'ready', 'missing-table': 'unavailable' },
      },
    ]);
    expect(Object.keys(health.body)).toEqual(['status', 'service', 'table']);
  });

  test('are in the log', async () => {
    const { headers } = await service.call('scan', { table: other });

    const line = service.logs.find(({ request_id }) => request_id === headers.get('x-request-id'));

    expect(line).toMatchObject({ tool: 'scan', table: other });
  });

  test.skipIf(!engineHas('transactions'))('share a transaction', async () => {
    const written = await service.call('transact_write_items', {
      operations: [
        { put: { item: { PK: 'T', SK: 'T', v: 1 } } },
        { put: { item: { PK: 'T', SK: 'T', v: 2 }, table: other } },
        { put: { item: { id: 9 }, table: byId } },
      ],
    });
    const read = await service.call('transact_get_items', {
      keys: [
        { key: { id: 9 }, table: byId },
        { key: { PK: 'T', SK: 'T' }, table: other },
        { key: { PK: 'T', SK: 'T' } },
      ],
    });
    const meant = await service.call('transact_get_items', {
      table: other,
      keys: [{ key: { PK: 'T', SK: 'T' } }],
    });

    expect(written.body).toEqual({ success: true, count: 3 });
    expect(read.body.items).toMatchObject([{ id: 9 }, { v: 2 }, { v: 1 }]);
    expect(meant.body.items).toMatchObject([{ v: 2 }]);
  });
});

describe.each(ERAS)('over MCP of %s', (era) => {
  const send = async (method: string, params: JsonObject = {}) =>
    (await sendMcp(service.url, era, method, params)).messages[0]?.result as Record<
      string,
      unknown
    >;

  test('a table is one of an enumeration, but in list_tables', async () => {
    const { tools } = (await send('tools/list')) as {
      tools: { name: string; inputSchema: { properties: Record<string, unknown> } }[];
    };

    for (const { name, inputSchema } of tools) {
      const { table } = inputSchema.properties;
      if (name === 'list_tables') expect(table).toBeUndefined();
      else
        expect(table).toMatchObject({
          type: 'string',
          enum: [service.table, other, byId, 'missing-table'],
        });
    }
  });

  test('each is a resource by a template, with completion', async () => {
    const { resourceTemplates } = await send('resources/templates/list');
    const uri = `dynamodb://tables/${byId}`;
    const { contents } = (await send('resources/read', { uri })) as {
      contents: { text: string }[];
    };
    const ref = { type: 'ref/resource', uri: 'dynamodb://tables/{table}/sample' };
    const { completion } = await send('completion/complete', {
      ref,
      argument: { name: 'table', value: 'missing' },
    });

    expect(resourceTemplates).toMatchObject([
      { uriTemplate: 'dynamodb://tables/{table}' },
      { uriTemplate: 'dynamodb://tables/{table}/sample' },
    ]);
    expect(JSON.parse(contents[0]?.text ?? '')).toMatchObject({ table: byId });
    expect(completion).toMatchObject({ values: ['missing-table'], total: 1 });
  });
});

test('one table is as ever', async () => {
  const alone = await startService({ table: other });

  const listed = await alone.call('list_tables');
  const ready = await alone.request('/ready');
  const named = await alone.call('get_item', { key: ITEM, table: other });
  const { messages } = await sendMcp(alone.url, ERAS[0], 'tools/list');
  await alone.close();

  expect(listed.status).toBe(404);
  expect(Object.keys(ready.body)).toEqual(['status', 'service', 'table']);
  expect(named.status).toBe(200);
  expect(JSON.stringify(messages)).not.toContain('"table":{');
});
