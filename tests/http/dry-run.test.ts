import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { mcpRequest, postMcp } from '../support/mcp-http.ts';

const KEY = { PK: 'P#1', SK: 'A' };

/** A call of each tool that reads items, and what it would send of its own. */
const READS: [tool: string, body: JsonObject, operation: string, parameters: JsonObject][] = [
  [
    'get_item',
    { key: KEY, consistent_read: true, projection_expression: 'SK' },
    'GetItem',
    { Key: KEY, ConsistentRead: true, ProjectionExpression: expect.any(String) },
  ],
  [
    'query',
    { key: { PK: KEY.PK }, sort_key: { begins_with: 'A' }, filter: { n: { gt: 1 } }, limit: 5 },
    'Query',
    {
      KeyConditionExpression: expect.stringContaining('begins_with'),
      FilterExpression: expect.stringContaining('>'),
      Limit: 5,
      ExpressionAttributeValues: { ':g1': 1, ':g3': KEY.PK, ':g4': 'A' },
    },
  ],
  ['query', { key: { PK: KEY.PK }, max_items: 2 }, 'Query', { Limit: 2 }],
  ['scan', { filter: { n: 1 }, select: 'COUNT' }, 'Scan', { Select: 'COUNT' }],
  ['batch_get_item', { keys: [KEY] }, 'BatchGetItem', { RequestItems: expect.any(Object) }],
  [
    'transact_get_items',
    { keys: [{ key: KEY }] },
    'TransactGetItems',
    { TransactItems: [{ Get: expect.objectContaining({ Key: KEY }) }] },
  ],
];

let proxy: FaultProxy;
let service: GuardedService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startGuarded(
    {
      human: {
        grants: [{ items: '*', tools: '*' }],
        confirm: { tools: '*', by: 'human' },
      },
      limited: {
        grants: [
          {
            items: { PK: 'P#*', owner: 'the-hidden-owner' },
            tools: [...new Set(READS.map(([tool]) => tool))],
            read: { hide: ['the_hidden_name'] },
          },
        ],
      },
    },
    { endpoint: proxy.endpoint },
  );
  // Its schema is known from here on.
  await service.store({ ...KEY, n: 1, owner: 'the-hidden-owner', text: 'stored' });
  proxy.reset();
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const dry = (role: string, tool: string, body: object) =>
  service.as(role, tool, { ...body, dry_run: true });

function requestsIn({ dry_run: told }: JsonObject): JsonObject[] {
  return (told as { requests: JsonObject[] }).requests;
}

describe.each(READS)('of %s', (tool, body, operation, parameters) => {
  test('tells what would be sent, and sends nothing', async () => {
    const reply = await dry('admin', tool, body);

    expect(reply.body).toEqual({
      success: true,
      dry_run: {
        grants: ['admin.grants[0]'],
        requests: [
          {
            tool,
            table: service.table,
            request: { [operation]: expect.objectContaining(parameters) },
            guarded: false,
          },
        ],
      },
    });
    expect(proxy.arrived).toEqual([]);
  });

  test("has the caller's own part alone where the role adds to it", async () => {
    const [reply, open] = await Promise.all([dry('limited', tool, body), dry('admin', tool, body)]);

    expect(reply.body).toMatchObject({ dry_run: { grants: ['limited.grants[0]'] } });
    expect(requestsIn(reply.body)).toEqual(
      requestsIn(open.body).map((request) => ({ ...request, guarded: true })),
    );
    expect(reply.text).not.toContain('hidden');
    expect(proxy.arrived).toEqual([]);
  });

  test.each(ERAS)('is the same over MCP of %s', async (era) => {
    const request = mcpRequest(era, 'tools/call', {
      name: tool,
      arguments: { ...body, dry_run: true },
    });
    const headers = { ...request.headers, authorization: `Bearer ${keyOfRole('admin')}` };

    const { messages } = await postMcp(service.url, { ...request, headers });

    const { result } = messages.at(-1) as { result: { content: [{ text: string }] } };
    expect(result.content[0].text).toContain('Nothing was sent; 1 read would be.');
    expect(JSON.stringify(result)).toContain(operation);
    expect(proxy.arrived).toEqual([]);
  });
});

test.each([
  ['get_item', { key: { PK: 'Q#1', SK: 'A' } }],
  ['get_item', { key: { PK: 'P#1' } }],
  ['get_item', { key: KEY, projection_expression: 'the_hidden_name' }],
  ['query', { key: { PK: 'Q#1' } }],
  ['query', { key: { PK: 'P#1' }, filter: { the_hidden_name: 1 } }],
  ['query', { key: { PK: 'P#1' }, index_name: 'none' }],
  ['scan', { segment: 1 }],
  ['scan', { table: 'none' }],
  ['batch_get_item', { keys: [KEY, { PK: 'Q#1', SK: 'A' }] }],
  ['transact_get_items', { keys: [{ key: KEY }, { key: KEY }] }],
  ['put_item', { item: KEY }],
] as const)('of a refused %s is refused in the same words: %j', async (tool, body) => {
  const [real, rehearsed] = [
    await service.as('limited', tool, body),
    await dry('limited', tool, body),
  ];

  expect(rehearsed.status).toBeGreaterThanOrEqual(400);
  expect([rehearsed.status, rehearsed.body.code, rehearsed.body.error]).toEqual([
    real.status,
    real.body.code,
    real.body.error,
  ]);
});

test('a page key that is sealed is not opened', async () => {
  await service.store({ PK: 'P#1', SK: 'B', owner: 'the-hidden-owner' });
  const page = await service.as('limited', 'query', { key: { PK: 'P#1' }, limit: 1 });
  const { last_evaluated_key } = page.body;

  const reply = await dry('limited', 'query', { key: { PK: 'P#1' }, limit: 1, last_evaluated_key });

  expect(typeof last_evaluated_key).toBe('string');
  expect(requestsIn(reply.body)).toEqual([
    {
      tool: 'query',
      table: service.table,
      request: { Query: { TableName: service.table } },
      guarded: true,
    },
  ]);
});

test('describe_table has none', async () => {
  const { status, body } = await dry('admin', 'describe_table', {});

  expect([status, body.code]).toEqual([400, 'ValidationError']);
});

describe('of a write', () => {
  test('needs no confirmation, and does nothing', async () => {
    const item = { PK: 'P#stored', SK: 'I', status: 'Open' };
    const key = { PK: item.PK, SK: item.SK };
    await service.store(item);

    const reply = await dry('human', 'delete_item', { key });

    expect(reply.body).toEqual({
      success: true,
      dry_run: {
        grants: ['human.grants[0]'],
        requests: [
          {
            tool: 'delete_item',
            table: service.table,
            request: { Delete: { TableName: service.table, Key: key } },
            guarded: false,
          },
        ],
      },
    });
    expect(await service.stored(item.PK, item.SK)).toEqual(item);
  });

  test("has the caller's own part of a guarded request alone", async () => {
    const own = {
      scoped: {
        grants: [
          {
            items: { PK: 'P#*', entity_type: 'epic' },
            tools: ['update_item', 'get_item'],
            write: { only: ['status'], set: { updated_by: 'preset' } },
          },
        ],
      },
    };
    const guarded = await startGuarded(own);

    const reply = await guarded.as('scoped', 'update_item', {
      key: { PK: 'P#1', SK: 'I' },
      updates: { status: 'Done' },
      dry_run: true,
    });
    const refused = await guarded.as('scoped', 'update_item', {
      key: { PK: 'P#1', SK: 'I' },
      updates: { owner: 'me' },
      dry_run: true,
    });
    await guarded.close();

    expect(requestsIn(reply.body)).toMatchObject([{ tool: 'update_item', guarded: true }]);
    expect(reply.text).not.toMatch(/preset|updated_by|epic|entity_type/);
    expect([refused.status, refused.body.code]).toEqual([403, 'Forbidden']);
  });

  test('shows values as they were sent, of each entry', async () => {
    const tags = { $ddb: { SS: ['a'] } };
    const { PK, SK } = { PK: 'P#dry', SK: 'I' };
    const values = {
      tags,
      n: JSON.rawJSON('9007199254740993'),
      bytes: { $ddb: { B: 'AAEC' } },
      numbers: { $ddb: { NS: ['1.5', '12345678901234567890'] } },
      deep: { map: { $$ddb: 1 }, list: [{ n: JSON.rawJSON('1E-100') }, null, true, 'x'] },
    };
    const item = { PK, SK, ...values };

    const reply = await dry('admin', 'batch_write_item', {
      put: [item],
      delete: [{ PK, SK: 'J' }],
    });

    const requests = requestsIn(reply.body).map(({ tool, request }) => [tool, request]);
    expect(JSON.parse(JSON.stringify(requests))).toEqual(
      JSON.parse(
        JSON.stringify([
          ['put_item', { Put: { TableName: service.table, Item: item } }],
          ['delete_item', { Delete: { TableName: service.table, Key: { PK, SK: 'J' } } }],
        ]),
      ),
    );
    expect(reply.text).toContain('9007199254740993');
    expect(await service.stored(PK, SK)).toBeNull();
  });

  test('tells of each operation of a transaction', async () => {
    const key = { PK: 'P#dry', SK: 'I' };
    const operations = [
      { update: { key, add: { n: 1 }, upsert: true } },
      { check: { key: { PK: 'P#dry', SK: 'J' }, expected: { a: 1 } } },
    ];

    const { body } = await dry('admin', 'transact_write_items', { operations });

    expect(body).toMatchObject({
      dry_run: { requests: [{ tool: 'update_item' }, { tool: 'get_item' }] },
    });
  });

  test('of a wrong request is refused as it is', async () => {
    const reply = await dry('admin', 'put_item', { item: { PK: 'P#1' } });

    expect([reply.status, reply.body.code]).toEqual([400, 'ValidationError']);
  });
});
