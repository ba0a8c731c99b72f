import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { exception, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { HOSTILE_TEXTS, INVISIBLE } from '../support/hostile-items.ts';
import { connect, ERAS, type McpClient } from '../support/mcp-clients.ts';
import { startService, type TestService } from '../support/service.ts';
import { PROJECT } from '../support/service-process.ts';

const SECRET = 'confidential';
const epic = {
  PK: `P#${SECRET}`,
  entity_type: 'epic',
  name: SECRET,
  tags: { $ddb: { SS: [SECRET] } },
};
const ITEMS: JsonObject[] = [
  { ...epic, SK: 'EPIC#1', points: 424242, done: true },
  { ...epic, SK: 'EPIC#2', points: null, more: { inner: SECRET }, list: [SECRET] },
  { ...epic, SK: 'EPIC#3', points: 1 },
  ...['1', '2', '3'].map((n) => ({ PK: 'P', SK: `TASK#${SECRET}${n}` })),
  ...['1', '2', '3'].map((n) => ({ PK: 'P', SK: `user-42#${n}` })),
  ...['1', '2'].map((n) => ({ PK: 'P', SK: `RARE#${n}` })),
  { PK: 'P', SK: 'X#1', entity_type: SECRET },
  { PK: 'P', SK: `TASK#${SECRET}`, blob: { $ddb: { B: 'Y29uZmlkZW50aWFs' } } },
  { PK: 'P', SK: SECRET, ...Object.fromEntries(Object.values(HOSTILE_TEXTS).map((t) => [t, 1])) },
];

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint, environment: { MAX_ATTEMPTS: '1' } });
  await service.call('batch_write_item', { put: ITEMS });
});

afterAll(async () => {
  await service.close();
  await proxy.close();
});

describe.each(ERAS)('for clients of %s', (era) => {
  let client: McpClient;

  beforeAll(async () => {
    const target = { url: service.url, table: service.table };
    client = await connect({ transport: 'HTTP', era }, target);
  });

  afterAll(() => client.close());

  /** Runs what must fail while DynamoDB refuses the service. */
  async function refused(operation: string, task: () => Promise<unknown>): Promise<unknown> {
    proxy.always(operation, exception('AccessDeniedException', 400, 'arn:aws:iam::123456789012'));
    const outcome = await task().catch((error: unknown) => error);
    proxy.reset();
    return outcome;
  }

  const STORAGE_FAILURE = {
    code: -32_603,
    message: expect.not.stringMatching(/arn:|123456789012/),
    data: { code: 'StorageMisconfigured', retryable: false },
  };

  describe('resources', () => {
    test('are listed', async () => {
      const resources = await client.listResources();

      expect(resources).toEqual(
        [
          ['dynamodb://table', 'application/json'],
          ['dynamodb://table/sample', 'application/json'],
          ['dynamodb://schema', 'text/markdown'],
        ].map(([uri, mimeType]) => ({
          uri,
          mimeType,
          name: expect.stringMatching(/^[\w-]+$/),
          title: expect.stringMatching(/\S/),
          description: expect.stringMatching(/\.$/),
        })),
      );
    });

    test('the table is what describe_table says', async () => {
      const { uri, mimeType, text } = await client.readResource('dynamodb://table');

      const { success, ...described } = (await service.call('describe_table')).body;
      expect([uri, mimeType]).toEqual(['dynamodb://table', 'application/json']);
      expect(JSON.parse(text)).toEqual(described);
    });

    test('the sample has names and types by entity, and no values', async () => {
      const { text } = await client.readResource('dynamodb://table/sample');

      const { sampled, entities } = JSON.parse(text);
      const [task, epics] = ['TASK', 'epic'].map((name) =>
        entities.find(({ entity }: JsonObject) => entity === name),
      );
      expect(sampled).toBe(ITEMS.length);
      expect(task).toEqual({
        entity: 'TASK',
        items: 4,
        attributes: { PK: ['S'], SK: ['S'], blob: ['B'] },
      });
      expect(entities.map(({ entity }: JsonObject) => entity)).toEqual(['TASK', 'epic', 'other']);
      expect(epics).toEqual({
        entity: 'epic',
        items: 3,
        attributes: {
          PK: ['S'],
          SK: ['S'],
          done: ['BOOL'],
          entity_type: ['S'],
          list: ['L'],
          more: ['M'],
          name: ['S'],
          points: expect.arrayContaining(['N', 'NULL']),
          tags: ['SS'],
        },
      });
      expect(text).not.toMatch(/confidential|Y29uZmlkZW50aWFs|424242|user-42|RARE/);
    });

    test('the sample hides nothing, and cuts names that tell stories', async () => {
      const { text } = await client.readResource('dynamodb://table/sample');

      const { entities } = JSON.parse(text);
      const names: string[] = entities.flatMap(({ attributes }: { attributes: JsonObject }) =>
        Object.keys(attributes),
      );
      expect(text).not.toMatch(INVISIBLE);
      expect(names.length).toBeGreaterThan(Object.keys(HOSTILE_TEXTS).length);
      for (const name of names) {
        expect(name.length).toBeLessThanOrEqual(64);
      }
    });

    test('the schema is the document of the design', async () => {
      const { mimeType, text } = await client.readResource('dynamodb://schema');

      const document = path.join(PROJECT, 'infrastructure/DYNAMODB_SCHEMA.md');
      expect([mimeType, text]).toEqual(['text/markdown', readFileSync(document, 'utf8')]);
    });

    test.each(['dynamodb://nope', 'dynamodb://table/', 'file:///etc/passwd', 'constructor'])(
      '%s is none',
      async (uri) => {
        const error = { code: -32_602, data: { uri } };

        await expect(client.readResource(uri)).rejects.toMatchObject(error);
      },
    );

    test.each([
      ['dynamodb://table', 'DescribeTable'],
      ['dynamodb://table/sample', 'Scan'],
    ])('%s without DynamoDB is an error of ours', async (uri, operation) => {
      // Samples are remembered: another service has none yet.
      const fresh = await startService({
        table: service.table,
        endpoint: proxy.endpoint,
        environment: { MAX_ATTEMPTS: '1' },
      });
      const asking = await connect({ transport: 'HTTP', era }, { ...fresh });
      const error = await refused(operation, () => asking.readResource(uri));
      await asking.close();
      await fresh.close();

      expect(error).toMatchObject(STORAGE_FAILURE);
    });
  });

  describe('prompts', () => {
    test('are listed', async () => {
      expect(await client.listPrompts()).toEqual([
        {
          name: 'design_query',
          title: expect.stringMatching(/\S/),
          description: expect.stringMatching(/\.$/),
          arguments: [
            { name: 'question', description: expect.stringMatching(/\S/), required: true },
            { name: 'index_name', description: expect.stringMatching(/\S/) },
          ],
        },
      ]);
    });

    test('teach how to query this table', async () => {
      const question = 'Which epics are open?';

      const text = await client.getPrompt('design_query', { question });

      for (const part of [question, service.table, 'PK', 'SK', 'GSI1', 'GSI1PK', 'GSI1SK']) {
        expect(text).toContain(part);
      }
      const order = ['get_item', 'query', 'scan'].map((tool) => text.indexOf(tool));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(order).not.toContain(-1);
    });

    test('name the index that is wanted', async () => {
      const input = { question: 'Which?', index_name: 'GSI1' };

      const without = await client.getPrompt('design_query', { question: 'Which?' });
      const text = await client.getPrompt('design_query', input);

      expect(text).toContain('Use the index GSI1');
      expect(without).not.toContain('Use the index');
    });

    test.each([
      ['an unknown prompt', 'nope', { question: 'x' }],
      ['no question', 'design_query', {}],
      ['an empty question', 'design_query', { question: '' }],
    ] as [string, string, Record<string, string>][])(
      '%s is refused',
      async (_what, name, input) => {
        await expect(client.getPrompt(name, input)).rejects.toMatchObject({ code: -32_602 });
      },
    );

    test('an unknown prompt and an unknown index name those that exist', async () => {
      const index = { question: 'Which?', index_name: 'GSI2' };

      await expect(client.getPrompt('nope', {})).rejects.toThrow('only design_query');
      await expect(client.getPrompt('design_query', index)).rejects.toThrow('it has GSI1');
    });

    test('without DynamoDB are an error of ours', async () => {
      const task = () => client.getPrompt('design_query', { question: 'x' });

      expect(await refused('DescribeTable', task)).toMatchObject(STORAGE_FAILURE);
    });
  });

  describe('completions', () => {
    test.each([
      ['design_query', 'index_name', '', ['GSI1']],
      ['design_query', 'index_name', 'GS', ['GSI1']],
      ['design_query', 'index_name', 'gsi2', []],
      ['design_query', 'question', '', []],
    ])('of %s, %s, %j', async (prompt, argument, value, expected) => {
      expect(await client.complete(prompt, argument, value)).toEqual(expected);
    });

    test.each([
      ['nope', 'index_name', 'only design_query'],
      ['design_query', 'table', 'it has question, index_name'],
    ])('of %s, %s are refused with what exists', async (prompt, argument, sentence) => {
      const outcome = client.complete(prompt, argument, '');

      await expect(outcome).rejects.toMatchObject({ code: -32_602 });
      await expect(client.complete(prompt, argument, '')).rejects.toThrow(sentence);
    });
  });
});
