import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { ERROR_META } from '../../src/mcp/results.ts';
import { CALL, STORED } from '../support/access-model/arbitraries.ts';
import {
  gettingBody,
  type ModelCall,
  readingBody,
  writingBody,
} from '../support/access-model/calls.ts';
import type { Item } from '../support/access-model/grants.ts';
import { canonical } from '../support/canonical.ts';
import { dataOf } from '../support/fenced-text.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { connect, type McpClient, WAYS } from '../support/mcp-clients.ts';

/** The same calls are decided alike on every surface, and show and store the same. */

const SEED = 7;
const CALLS = 120;
const ROLE = {
  grants: [
    {
      items: { PK: ['T#1', 'T#2'], kind: ['a', 'b*'] },
      tools: '*',
      indexes: ['GSI1'],
      read: { hide: ['note'], redact: ['tags'], hash: ['a.b'] },
      write: { only: ['n', 'status', 'note', 'GSI1PK', 'GSI1SK'], upsert: true },
    },
    { items: { status: 'open' }, tools: ['get_item', 'query', 'scan', 'batch_get_item'] },
  ],
};

const [stored = []] = fc.sample(STORED, { numRuns: 1, seed: SEED });
const calls = fc.sample(CALL, { numRuns: CALLS, seed: SEED });

let service: GuardedService;

beforeAll(async () => {
  service = await startGuarded({ role: ROLE });
});

afterAll(() => service.close());

type Run = (tool: string, body: Item) => Promise<JsonObject>;

function bodyOf(call: ModelCall): Item {
  if ('writes' in call) return writingBody(call);
  return 'keys' in call ? gettingBody(call) : readingBody(call);
}

/** What a reply decides and shows: where it shows nothing, MCP has a sentence in its place. */
function toldBy({ code, error, item, items, old_item: old }: JsonObject, { tool }: ModelCall) {
  const all = Array.isArray(items) ? items.filter((each) => each !== null).map(canonical) : [];
  return canonical({
    tool,
    code: code ?? null,
    error: error ?? null,
    shown: [item ?? old ?? null, ...all.sort()],
  });
}

/** What a caller is told and shown, and what is stored in the end. */
async function runAll(run: Run): Promise<string[]> {
  const { body: all } = await service.as('admin', 'scan', {});
  const keys = (all.items as Item[]).map(({ PK, SK }) => ({ PK, SK }));
  if (keys.length > 0) await service.as('admin', 'batch_write_item', { delete: keys });
  await service.store(...stored);
  const told: string[] = [];
  for (const call of calls) {
    told.push(toldBy(await run(call.tool, bodyOf(call)), call));
  }
  const { body: after } = await service.as('admin', 'scan', {});
  return [...told, ...(after.items as Item[]).map(canonical).sort()];
}

async function runWith(client: McpClient): Promise<string[]> {
  const run: Run = async (tool, body) => {
    // Exact numbers are the REST's to test: a client of MCP carries doubles.
    const result = await client.callTool(tool, JSON.parse(JSON.stringify(body)));
    const told = result._meta?.[ERROR_META] ?? result.structuredContent ?? dataOf(result);
    return JSON.parse(JSON.stringify(told)) as JsonObject;
  };
  try {
    return await runAll(run);
  } finally {
    await client.close();
  }
}

let expected: string[];

test('REST decides in every way', async () => {
  expected = await runAll(async (tool, body) => {
    const { body: reply } = await service.as('role', tool, JSON.parse(JSON.stringify(body)));
    return JSON.parse(JSON.stringify(reply)) as JsonObject;
  });
  const codes = expected.flatMap((line) => /"code":"(\w+)"/.exec(line)?.[1] ?? []);

  expect(new Set(codes)).toEqual(
    new Set(['Forbidden', 'ConditionalCheckFailed', 'ItemNotFound', 'TransactionCanceled']),
  );
  expect(codes.length).toBeLessThan((CALLS * 3) / 4);
});

test.each(WAYS)('$transport of $era decides, shows and stores the same', async (way) => {
  const policy = {
    version: 1,
    principals: [{ transport: 'stdio', role: 'role' }],
    roles: { role: ROLE },
  };
  const client = await connect(way, {
    url: service.url,
    headers: { authorization: `Bearer ${keyOfRole('role')}` },
    table: service.table,
    environment: {
      ACCESS_POLICY: JSON.stringify(policy),
      ACCESS_SECRET: 'a secret of thirty-two bytes or more',
    },
  });

  expect(await runWith(client)).toEqual(expected);
});
