import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { ERROR_META } from '../../src/mcp/results.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineHas, engineServes } from '../support/engine-has.ts';
import { exception, type FaultProxy, resetAfter, startFaultProxy } from '../support/fault-proxy.ts';
import {
  connect,
  type McpClient,
  type Target,
  type ToolResult,
  WAYS,
} from '../support/mcp-clients.ts';
import { PARITY_CASES } from '../support/parity-cases.ts';
import { newTable, type Reply, startService, type TestService } from '../support/service.ts';
import { newVectorTable, vectorIndex } from '../support/vector-table.ts';

const PLACE = 'PARTY';
const FIXED = Array.from({ length: 4 }, (_, n) => ({ PK: 'FIXED', SK: `${n}`, pinned: true, n }));

let partitions = 0;

/** A partition that no other call uses, as long as the placeholder. */
function newPartition(): string {
  return `P${String(partitions++).padStart(PLACE.length - 1, '0')}`;
}

function substitute<Value>(value: Value, from: string, to: string): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(from, to)) as Value;
}

/** A reply as both sides have it: no request id, and placeholders where the partition stood. */
function comparable(body: unknown, partition: string): JsonObject {
  const { request_id, ...rest } = substitute(body, partition, PLACE) as JsonObject;
  return rest;
}

function expectSame(result: ToolResult, reply: Reply, [ours, theirs]: [string, string]): void {
  const rest = comparable(JSON.parse(reply.text), theirs);
  if (rest.success === true) {
    const { success, ...output } = rest;
    const { message, ...structured } = comparable(result.structuredContent, ours);
    expect(result.isError ?? false).toBe(false);
    expect(structured).toEqual(output);
    // What has nothing else to say has a sentence, and none names what is stored.
    expect(message ?? '').not.toContain(PLACE);
    expect({ message, ...structured }).not.toEqual({});
    return;
  }
  const body = result._meta?.[ERROR_META] as JsonObject;
  const [content] = result.content;
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toBeUndefined();
  expect(comparable(body, ours)).toEqual(rest);
  expect(body.request_id).toMatch(/^[\w-]{1,64}$/);
  expect(substitute(content?.text ?? '', ours, PLACE)).toContain(`${rest.code}: ${rest.error}`);
}

/** A service, and all clients of it, over one table. */
function startAll(settings: () => Promise<Omit<Target, 'url' | 'table'>>) {
  const clients = new Map<object, McpClient>();
  let service: TestService;
  beforeAll(async () => {
    const { environment, ...more } = await settings();
    const given = { ...more, environment: { MCP_RESULT_MODE: 'structured', ...environment } };
    const table = await (engineHas('vector search')
      ? newVectorTable(vectorIndex('NEAR', 'vec', { partition: 'PK' }))
      : newTable());
    service = await startService({ ...given, table });
    const target = { ...given, table, url: service.url };
    await Promise.all(
      WAYS.map(async (way) => {
        const client = await connect(way, target);
        // A client that has seen the list checks every result against its output schema.
        await client.listTools();
        clients.set(way, client);
      }),
    );
  });
  afterAll(async () => {
    await Promise.all([...clients.values()].map((client) => client.close()));
    await service.close();
  });
  const client = (way: object) => clients.get(way) ?? expect.unreachable();
  return { rest: () => service, client };
}

describe('the same call, the same answer', () => {
  const { rest, client } = startAll(async () => ({ environment: { MAX_BATCH_ENTRIES: '20' } }));

  beforeAll(async () => {
    await rest().call('batch_write_item', { put: FIXED });
  });

  /** Stores what a case wants in a partition of its own. */
  async function prepare(stored: JsonObject[] = []): Promise<string> {
    const partition = newPartition();
    const items = stored.map((item, n) => ({ PK: PLACE, SK: `ITEM#${n}`, ...item }));
    for (const item of substitute(items, PLACE, partition)) await rest().call('put_item', { item });
    return partition;
  }

  test('the cases call every tool, and expect what they get', async () => {
    const outcomes = PARITY_CASES.map(async ({ tool, request, stored, code }) => {
      const { body } = await rest().call(tool, substitute(request, PLACE, await prepare(stored)));
      return { tool, request, code, got: body.code };
    });

    for (const { code, got, ...call } of await Promise.all(outcomes)) {
      expect({ ...call, code: got }).toEqual({ ...call, code });
    }
    const succeeding = PARITY_CASES.filter(({ code }) => code === undefined);
    const served = TOOLS.map(({ name }) => name).filter(engineServes);
    expect(new Set(succeeding.map(({ tool }) => tool))).toEqual(new Set(served));
  });

  describe.each(WAYS)('$transport, $era', (way) => {
    test.each(PARITY_CASES)('$tool: $what', async ({ tool, request, stored }) => {
      const theirs = await prepare(stored);
      const reply = await rest().call(tool, substitute(request, PLACE, theirs));
      const ours = await prepare(stored);

      const result = await client(way).callTool(tool, substitute(request, PLACE, ours));

      expectSame(result, reply, [ours, theirs]);
    });
  });
});

describe('read-only', () => {
  const { rest, client } = startAll(async () => ({ environment: { READ_ONLY: 'true' } }));

  const calls = TOOLS.filter((tool) => engineServes(tool.name)).map(
    ({ name, effect, examples: [{ request }] }) => ({
      name,
      effect,
      request,
    }),
  );

  describe.each(WAYS)('$transport, $era', (way) => {
    test.each(calls)('$name, which is $effect', async ({ name, request, effect }) => {
      const reply = await rest().call(name, request);

      const result = await client(way).callTool(name, request);

      // The item that the example is about is not there.
      const missing = name === 'search_vectors' ? 'ItemNotFound' : undefined;
      expect(reply.body.code).toBe(effect === 'read' ? missing : 'Forbidden');
      expectSame(result, reply, [PLACE, PLACE]);
    });
  });
});

describe('faults of DynamoDB', () => {
  const leaks = 'arn:aws:dynamodb:us-east-1:123456789012:table/secret at 10.1.2.3:8000';
  const key = { PK: 'FAULT', SK: 'ITEM' };
  let proxy: FaultProxy;

  const { rest, client } = startAll(async () => {
    proxy = await startFaultProxy(inject('engine').endpoint);
    return { endpoint: proxy.endpoint, environment: { MAX_ATTEMPTS: '1' } };
  });

  afterAll(() => proxy.close());

  const faults = [
    ['Throttled', exception('ProvisionedThroughputExceededException', 400, leaks)],
    ['StorageUnavailable', exception('ResourceNotFoundException', 400, leaks)],
    ['StorageMisconfigured', exception('AccessDeniedException', 400, leaks)],
    ['ValidationError', exception('ValidationException', 400, leaks)],
    ['OutcomeUnknown', resetAfter],
  ] as const;

  describe.each(WAYS)('$transport, $era', (way) => {
    test.each(faults)('%s', async (code, fault) => {
      const request = { key, updates: { v: 1 }, upsert: true };
      proxy.always('UpdateItem', fault);
      const reply = await rest().call('update_item', request);

      const result = await client(way).callTool('update_item', request);

      expect(reply.body.code).toBe(code);
      expectSame(result, reply, [PLACE, PLACE]);
      expect(JSON.stringify(result)).not.toMatch(/arn:|123456789012|secret|10\.1\.2\.3/);
      expect(result.content[0]?.text.includes('The same call may succeed later.')).toBe(
        reply.body.retryable,
      );
    });
  });
});
