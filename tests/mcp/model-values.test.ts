import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import { dataOf, textOf } from '../support/fenced-text.ts';
import { connect, ERAS, type McpClient, type ToolResult } from '../support/mcp-clients.ts';
import { startService, type TestService } from '../support/service.ts';
import { createTableWith } from '../support/tables.ts';

/** The data of a result, in either mode, parsed into doubles as hosts do. */
function outputOf(result: ToolResult): JsonObject {
  return result.structuredContent ?? (JSON.parse(JSON.stringify(dataOf(result))) as JsonObject);
}

interface Running {
  service: TestService;
  client: McpClient;
}

const cases = ERAS.flatMap((era) => ['text', 'structured', 'both'].map((mode) => ({ era, mode })));

describe.each(cases)('$mode results of $era', ({ era, mode }) => {
  const environment = { MCP_RESULT_MODE: mode };
  const running: Running[] = [];

  async function start(table?: string): Promise<Running> {
    const service = await startService({ environment, ...(table && { table }) });
    const target = { url: service.url, table: service.table };
    const client = await connect({ transport: 'HTTP', era }, target);
    running.push({ service, client });
    return { service, client };
  }

  afterAll(async () => {
    for (const { service, client } of running) {
      await client.close();
      await service.close();
    }
  });

  describe('keys that a double cannot hold', () => {
    const NUMBERS = [
      '9007199254740992',
      '9007199254740993',
      '9007199254740994',
      '1.000000000000000001',
    ];
    const keys = NUMBERS.map((token) => ({ id: 'a', at: JSON.rawJSON(token) }));
    let at: Running;

    beforeAll(async () => {
      at = await start(await createTableWith(['id', 'S'], ['at', 'N']));
      await at.service.call('batch_write_item', { put: keys });
    });

    test('find their own item, and no other', async () => {
      const { items } = outputOf(await at.client.callTool('scan'));

      for (const key of items as JsonObject[]) {
        const found = outputOf(await at.client.callTool('get_item', { key }));
        expect(found.item).toEqual(key);
      }
      const [, second] = items as JsonObject[];
      await at.client.callTool('delete_item', { key: second });
      const rest = await at.service.call('scan');
      await at.service.call('batch_write_item', { put: keys });
      expect(rest.body.count).toBe(NUMBERS.length - 1);
    });

    test('lead through all pages', async () => {
      const found: unknown[] = [];
      let more: JsonObject = {};
      for (let pages = 0; pages < 10; pages++) {
        const page = outputOf(
          await at.client.callTool('query', { key: { id: 'a' }, limit: 1, ...more }),
        );
        found.push(...((page.items ?? []) as unknown[]));
        if (!page.last_evaluated_key) break;
        more = { last_evaluated_key: page.last_evaluated_key };
      }

      expect(new Set(found.map((item) => JSON.stringify(item))).size).toBe(NUMBERS.length);
      expect(found).toHaveLength(NUMBERS.length);
    });
  });

  describe('values', () => {
    const key = { PK: 'VALUES', SK: 'A' };
    const vector = Array.from({ length: 64 }, (_, n) => n / 10);
    const item = {
      ...key,
      exact: JSON.rawJSON('12345678901234567890.5'),
      nested: { list: [JSON.rawJSON('9007199254740993')] },
      vector,
      exactVector: [...vector.slice(1), JSON.rawJSON('0.12345678901234567890')],
      short: vector.slice(1),
      $$vector: 'mine',
      map: { $vector: 1, $$$large: 2 },
    };
    let at: Running;

    beforeAll(async () => {
      at = await start();
      await at.service.call('put_item', { item });
    });

    test('are exact, but for vectors, which have their length', async () => {
      const result = outputOf(await at.client.callTool('get_item', { key }));

      expect(result.item).toEqual({
        ...key,
        exact: { $ddb: { N: '12345678901234567890.5' } },
        nested: { list: [{ $ddb: { N: '9007199254740993' } }] },
        vector: { $vector: 64 },
        exactVector: { $vector: 64 },
        short: vector.slice(1),
        $$$vector: 'mine',
        map: { $$vector: 1, $$$$large: 2 },
      });
    });

    test('written back as they were read, are what they were', async () => {
      const { item: read } = outputOf(await at.client.callTool('get_item', { key }));
      const { vector: _, exactVector: __, ...rest } = read as JsonObject;
      const copy = { PK: 'VALUES', SK: 'B' };

      await at.client.callTool('put_item', { item: { ...rest, ...copy } });

      const { text } = await at.service.call('get_item', { key: copy });
      const { vector: ___, exactVector: ____, ...original } = item;
      expect(JSON.parse(text).item).toEqual(JSON.parse(JSON.stringify({ ...original, ...copy })));
      expect(text).toContain('12345678901234567890.5');
    });

    test.each([
      ['vector', {}],
      ['exactVector', {}],
      ['#v', { expression_names: { '#v': 'vector' } }],
    ])('a projection shows a vector: %s', async (projection_expression, names) => {
      const input = { key, projection_expression, ...names };

      const found = outputOf(await at.client.callTool('get_item', input)).item as JsonObject;
      const page = outputOf(
        await at.client.callTool('query', { ...input, key: { PK: 'VALUES' }, limit: 1 }),
      ).items as JsonObject[];
      const batch = outputOf(
        await at.client.callTool('batch_get_item', { ...input, key: undefined, keys: [key] }),
      ).items as JsonObject[];

      for (const shown of [found, page[0], batch[0]]) {
        expect(Object.values(shown ?? {})).toEqual([expect.any(Array)]);
        expect(Object.values(shown ?? {})[0]).toHaveLength(64);
      }
    });

    test.each<[string, string, JsonObject]>([
      ['item.vector.$vector', 'put_item', { item: { ...key, vector: { $vector: 64 } } }],
      ['updates.vector.$vector', 'update_item', { key, updates: { vector: { $vector: 64 } } }],
      ['updates.a[0].$vector', 'update_item', { key, updates: { a: [{ $vector: 64 }] } }],
      ['remove[0]', 'update_item', { key, remove: ['$vector'] }],
    ])('what stands for a vector is refused: %s', async (path, tool, input) => {
      const result = await at.client.callTool(tool, input);

      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain(`ValidationError: ${path}: "$vector" stands for`);
    });

    test('an attribute of such a name can be removed', async () => {
      await at.service.call('put_item', { item: { PK: 'VALUES', SK: 'C', $vector: 1, n: 1 } });

      await at.client.callTool('update_item', {
        key: { PK: 'VALUES', SK: 'C' },
        remove: ['$$vector'],
      });

      const { body } = await at.service.call('get_item', { key: { PK: 'VALUES', SK: 'C' } });
      expect(body.item).toEqual({ PK: 'VALUES', SK: 'C', n: 1 });
    });

    test('what came back with an error is exact, too', async () => {
      const failed = await at.client.callTool('update_item', {
        key,
        updates: { n: 1 },
        expected: { n: 2 },
      });

      const body = failed._meta?.['dynamodb-mcp-server/error'] as JsonObject;
      expect(body.item).toMatchObject({ exact: { $ddb: { N: '12345678901234567890.5' } } });
      expect(parseJson(textOf(failed).split('\n')[3] ?? '')).toEqual({ item: body.item });
    });
  });
});

test('REST keeps plain numbers, vectors and names', async () => {
  const service = await startService();
  const list = Array.from({ length: 64 }, (_, n) => n);
  const item = { PK: 'A', SK: 'B', list, $vector: 1, n: JSON.rawJSON('9007199254740993') };

  const put = await service.call('put_item', { item });
  const { text } = await service.call('get_item', { key: { PK: 'A', SK: 'B' } });
  await service.close();

  expect(put.status).toBe(200);
  expect(text).toContain(`"list":${JSON.stringify(list)}`);
  expect(text).toContain('"n":9007199254740993');
  expect(text).toContain('"$vector":1');
});
