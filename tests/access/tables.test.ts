import { randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBaseClient } from '../../src/dynamodb/calls/client.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { expectFailure } from '../support/failures.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { ERAS, type Era } from '../support/mcp-clients.ts';
import { mcpRequest, postMcp, resultOf } from '../support/mcp-http.ts';
import { engineSettings } from '../support/service.ts';

/** Of tables and indexes, a role learns of its own. */

const OTHER = `test-${randomUUID()}`;
const TOOLS = ['get_item', 'query', 'scan', 'describe_table'];

let service: GuardedService;

beforeAll(async () => {
  await createOther();
  service = await startGuarded(
    {
      usual: { grants: [{ items: '*', tools: TOOLS, indexes: '*', read: { only: ['note'] } }] },
      other: {
        grants: [
          {
            table: OTHER,
            items: '*',
            tools: TOOLS,
            indexes: '*',
            read: { only: ['owner', 'note'] },
          },
        ],
      },
      both: {
        grants: [
          { items: '*', tools: '*' },
          { table: OTHER, items: '*', tools: '*' },
        ],
      },
      quiet: { grants: [{ table: OTHER, items: '*', tools: ['get_item'] }] },
    },
    { environment: { DYNAMODB_TABLES: OTHER } },
  );
});

afterAll(() => service.close());

/** A table with an index that holds the keys of items and nothing else. */
async function createOther(): Promise<void> {
  const client = createBaseClient(engineSettings());
  await client.send(
    new CreateTableCommand({
      TableName: OTHER,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'otherKey', AttributeType: 'S' },
        { AttributeName: 'owner', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'otherKey', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  client.destroy();
}

function ask(role: string, era: Era, method: string, params: JsonObject = {}) {
  const { headers, body } = mcpRequest(era, method, params);
  return postMcp(service.url, {
    body,
    headers: { ...headers, authorization: `Bearer ${keyOfRole(role)}` },
  });
}

describe.each(ERAS)('over MCP of %s', (era) => {
  test('tools are listed with the tables of the role', async () => {
    const [usual, other, both] = await Promise.all(
      ['usual', 'other', 'both'].map(async (role) => (await ask(role, era, 'tools/list')).text),
    );

    expect(usual).not.toMatch(new RegExp(`${OTHER}|otherKey`));
    expect(other).not.toMatch(new RegExp(`${service.table}|"PK|\\\\"PK`));
    expect(other).toContain(`"enum":["${OTHER}"]`);
    expect(both).toContain(`"enum":["${service.table}","${OTHER}"]`);
  });

  test.each([
    ['usual', () => [service.table]],
    ['other', () => [OTHER]],
    ['both', () => [service.table, OTHER]],
  ])('tables are completed to those that %s may describe', async (role, tables) => {
    const reply = await ask(role, era, 'completion/complete', {
      ref: { type: 'ref/resource', uri: 'dynamodb://tables/{table}' },
      argument: { name: 'table', value: 'test-' },
    });

    expect(resultOf<{ completion: { values: string[] } }>(reply).completion.values).toEqual(
      tables(),
    );
  });

  test('nothing is completed for a role that describes nothing', async () => {
    const { text } = await ask('quiet', era, 'completion/complete', {
      ref: { type: 'ref/resource', uri: 'dynamodb://tables/{table}' },
      argument: { name: 'table', value: '' },
    });

    expect(text).not.toMatch(/test-/);
  });
});

test.each(['nowhere', OTHER])('a table in JSON text is refused as another: %s', async (table) => {
  const reply = await service.as('usual', 'scan', JSON.stringify({ table }));

  expectFailure(reply, 'Forbidden', 'table: is not a table that your role may use', {
    issues: [{ path: 'table', message: 'is not a table that your role may use' }],
  });
  expect((await service.as('other', 'scan', JSON.stringify({ table: OTHER }))).status).toBe(200);
});

test.each(['GSI1', 'nowhere'])(
  'an index whose keys are hidden is refused as one that there is not: %s',
  async (index_name) => {
    for (const [tool, body] of [
      ['query', { key: { GSI1PK: 'g' } }],
      ['scan', {}],
    ] as const) {
      const reply = await service.as('usual', tool, { ...body, index_name });

      expectFailure(reply, 'Forbidden', 'index_name: is not an index that your role may read', {
        issues: [{ path: 'index_name', message: 'is not an index that your role may read' }],
      });
    }
  },
);

test('an index that holds only some of what a role sees is read', async () => {
  const put = [{ otherKey: 'k', owner: 'ada', note: 'n' }];
  await service.as('both', 'batch_write_item', { table: OTHER, put });
  const { body } = await service.as('other', 'query', {
    table: OTHER,
    index_name: 'byOwner',
    key: { owner: 'ada' },
  });

  expect(body.items).toEqual([{ otherKey: 'k', owner: 'ada' }]);
});
