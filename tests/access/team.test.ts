import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashApiKey } from '../../src/http/api-keys.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { connect, ERAS } from '../support/mcp-clients.ts';
import { type Reply, startService, type TestService } from '../support/service.ts';
import { PROJECT } from '../support/service-process.ts';

const KEYS = ['analyst', 'status-bot', 'import-job', 'admin'];
const EPIC = {
  ...{ PK: 'PROJECT#p', SK: 'EPIC#1', entity_type: 'epic', epic_name: 'Search', status: 'Open' },
  ...{ owner: 'ada', assignee: 'bob', budget: 100 },
};

let server: AuthorizationServer;
let service: TestService;
const tokens = new Map<string, string>();

/** The example as it stands, with this authorization server. */
function examplePolicy(issuer: string): string {
  const text = readFileSync(path.join(PROJECT, 'examples/access/team.yaml'), 'utf8');
  return text.replaceAll('https://auth.example.com', issuer);
}

beforeAll(async () => {
  let tenant = '';
  server = await startAuthorizationServer(() => ({ tenant }));
  for (const name of ['acme', 'globex']) {
    tenant = name;
    tokens.set(name, await server.token({ resource: 'https://db.example.com/mcp' }));
  }
  for (const name of KEYS) tokens.set(name, `the-key-of-${name}`);
  service = await startService({
    environment: {
      API_KEYS: KEYS.map((name) => `${name}:${hashApiKey(`the-key-of-${name}`)}`).join(),
      ACCESS_POLICY: examplePolicy(server.issuer),
      ACCESS_SECRET: 'a secret of thirty-two bytes or more',
    },
  });
  await as('admin', 'batch_write_item', {
    put: [
      EPIC,
      { PK: 'PROJECT#p', SK: 'SECRET#1', entity_type: 'salary', status: 'Open' },
      { PK: 'TENANT#acme#1', SK: 'ORDER#1', GSI1PK: 'ORDERS', GSI1SK: 'acme', total: 1 },
      { PK: 'TENANT#globex#1', SK: 'ORDER#1', GSI1PK: 'ORDERS', GSI1SK: 'globex', total: 2 },
    ],
  });
});
afterAll(async () => {
  await service.close();
  server.close();
});

const headersOf = (who: string) => ({ authorization: `Bearer ${tokens.get(who)}` });
const as = (who: string, tool: string, input: object): Promise<Reply> =>
  service.call(tool, input, { headers: headersOf(who) });

test('each tenant sees its own items, by the table and by an index that they share', async () => {
  for (const tenant of ['acme', 'globex']) {
    const own = await as(tenant, 'query', { key: { PK: `TENANT#${tenant}#1` } });
    const shared = await as(tenant, 'query', { index_name: 'GSI1', key: { GSI1PK: 'ORDERS' } });

    expect(own.body).toMatchObject({ count: 1, last_evaluated_key: null });
    expect(shared.body).toMatchObject({ count: 1, items: [{ GSI1SK: tenant }] });
    expect(shared.headers.get('x-consumed-capacity')).toBeNull();
  }
  const foreign = await as('acme', 'get_item', { key: { PK: 'TENANT#globex#1', SK: 'ORDER#1' } });
  const put = await as('acme', 'put_item', { item: { PK: 'TENANT#globex#1', SK: 'ORDER#2' } });

  expect([foreign.status, put.status]).toEqual([403, 403]);
});

test('the analyst sees epics without the names of people', async () => {
  const { body } = await as('analyst', 'scan', {});

  expect(body).toMatchObject({
    count: 1,
    items: [
      {
        ...{ PK: 'PROJECT#p', SK: 'EPIC#1', entity_type: 'epic', epic_name: 'Search' },
        ...{ owner: '[redacted]', assignee: expect.stringMatching(/^hash:/) },
      },
    ],
  });
  expect(body.items).not.toMatchObject([{ budget: expect.anything() }]);
});

test('the agent moves the status along, and nothing else', async () => {
  const key = { PK: EPIC.PK, SK: EPIC.SK };
  const skip = await as('status-bot', 'update_item', { key, updates: { status: 'Done' } });
  const move = await as('status-bot', 'update_item', { key, updates: { status: 'In Progress' } });
  const rename = await as('status-bot', 'update_item', { key, updates: { epic_name: 'x' } });

  expect([skip.status, move.status, rename.status]).toEqual([403, 200, 403]);
  expect(move.body.item).toMatchObject({ status: 'In Progress', updated_by: 'key:status-bot' });
});

test('the import job writes what it may not read, and overwrites nothing', async () => {
  const item = { PK: 'PROJECT#p', SK: 'TESTCASE#1', entity_type: 'testcase' };
  const first = await as('import-job', 'put_item', { item });
  const second = await as('import-job', 'put_item', { item });
  const { body } = await as('import-job', 'batch_write_item', {
    put: [
      { ...item, SK: 'TESTCASE#2' },
      { ...item, SK: 'SECRET#1' },
    ],
  });
  const read = await as('import-job', 'get_item', { key: { PK: item.PK, SK: item.SK } });

  expect([first.status, second.status, read.status]).toEqual([200, 409, 403]);
  expect(second.body).not.toHaveProperty('item');
  expect(body).toMatchObject({ put_count: 1, denied: { put: [{ SK: 'SECRET#1' }] } });
});

test.each(ERAS)('over MCP, %s, the decisions are the same', async (era) => {
  const client = (who: string) =>
    connect(
      { transport: 'HTTP', era },
      { url: service.url, table: service.table, headers: headersOf(who) },
    );
  const acme = await client('acme');
  const analyst = await client('analyst');
  const own = await acme.callTool('query', { key: { PK: 'TENANT#acme#1' } });
  const foreign = await acme.callTool('query', { key: { PK: 'TENANT#globex#1' } });
  const tools = (await analyst.listTools()).map(({ name }) => name);
  await acme.close();
  await analyst.close();

  expect(own.isError ?? false).toBe(false);
  expect(JSON.stringify(own)).toContain('ORDER#1');
  expect(foreign.isError).toBe(true);
  expect(JSON.stringify(foreign)).toContain('Forbidden: key: is outside what your role may reach');
  expect(tools).toEqual(['get_item', 'query', 'scan', 'describe_table']);
});

test('who has neither a key nor a token stays outside', async () => {
  const none = await service.call('scan', {});
  const other = await service.call('scan', {}, { headers: { authorization: 'Bearer something' } });

  expect([none.status, other.status]).toEqual([401, 401]);
  expect(none.headers.get('www-authenticate')).toBe(
    'Bearer resource_metadata="https://db.example.com/.well-known/oauth-protected-resource"',
  );
});
