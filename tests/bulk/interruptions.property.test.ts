import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { linesIn, ofKind } from '../support/bulk-lines.ts';
import {
  type Fault,
  type FaultProxy,
  pass,
  resetAfter,
  resetBefore,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

const ENVIRONMENT = { MAX_ATTEMPTS: '1', REQUEST_DEADLINE_MS: '300', LOG_LEVEL: 'CRITICAL' };
/** Enough for several pages. */
const FILLER = 'x'.repeat(40_000);
const ITEMS = 100;

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  const environment = { ...ENVIRONMENT, REQUEST_DEADLINE_MS: '3000' };
  service = await startService({ endpoint: proxy.endpoint, environment });
  const put = Array.from({ length: ITEMS }, (_, n) => ({ PK: `P${n % 5}`, SK: `${n}`, FILLER }));
  await service.call('batch_write_item', { put });
});

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** Loses some of the next calls, before or after the engine has them. */
function loseSome(operation: string, faults: readonly number[]): void {
  const kinds: Fault[] = [pass, pass, resetBefore, resetAfter];
  proxy.inject(operation, ...faults.map((kind) => kinds[kind] ?? pass));
}

/** The whole lines of an export, up to the byte at which its reader goes away. */
async function readUpTo(path: string, bytes: number): Promise<JsonObject[]> {
  const request = httpRequest(service.url + path).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk;
      if (text.length < bytes) continue;
      text = text.slice(0, bytes);
      break;
    }
  } catch {
    // What came before counts.
  }
  request.destroy();
  return response.statusCode === 200 ? linesIn(text.slice(0, text.lastIndexOf('\n') + 1)) : [];
}

const faults = fc.array(fc.nat(3), { maxLength: 6 });

test('an export that is gone on with at the last mark has each item once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5_000_000), { maxLength: 4 }), faults, async (cuts, lost) => {
      loseSome('Scan', lost);
      const keys: unknown[] = [];
      let cursor: string | undefined;
      for (let at = 0; cursor !== 'end'; at++) {
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const lines = await readUpTo(`/bulk/export${query}`, cuts[at] ?? Number.POSITIVE_INFINITY);
        const mark = lines.findLastIndex((line) => line.page);
        keys.push(...ofKind('item', lines.slice(0, mark + 1)).map(({ SK }) => SK));
        const page = lines[mark]?.page as JsonObject | undefined;
        if (page) cursor = (page.cursor as string | null) ?? 'end';
      }

      expect(keys.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from(Array(ITEMS).keys()));
    }),
    { numRuns: 5 },
  );
});

/** Imports lines, and goes away after some bytes of them; the last line of the reply that came. */
async function importUpTo(target: TestService, body: string, query: string, bytes: number) {
  const request = httpRequest(`${target.url}/bulk/import?${query}`, { method: 'POST' });
  request.setHeader('content-type', 'application/jsonl');
  request.on('error', () => {});
  request.write(body.slice(0, bytes));
  if (bytes >= body.length) request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('error', () => {});
  if (bytes < body.length) {
    // Some of it is written, and then there is nobody.
    const last = target.logs.length;
    await expect.poll(() => target.logs.length, { interval: 2 }).toBeGreaterThan(last);
    request.destroy();
    return undefined;
  }
  for await (const chunk of response) text += chunk;
  return linesIn(text).at(-1);
}

test('an import that is gone on with has every line written, whatever was lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(4_000),
      faults,
      fc.constantFrom('put', 'create_only'),
      async (cut, lost, mode) => {
        const environment = { ...ENVIRONMENT, LOG_LEVEL: 'INFO' };
        const table = await newTable();
        const target = await startService({ table, endpoint: proxy.endpoint, environment });
        const lines = Array.from({ length: 120 }, (_, n) => ({ item: { PK: 'P', SK: `${n}`, n } }));
        const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        loseSome(mode === 'put' ? 'BatchWriteItem' : 'PutItem', lost);

        await importUpTo(target, body, `mode=${mode}`, 200 + cut);
        let last: JsonObject | undefined;
        for (let from = 1; !last?.end; ) {
          last = await importUpTo(target, body, `mode=${mode}&from_line=${from}`, body.length);
          if (last?.error) from = Number((last.error as JsonObject).durable_through_line) + 1;
        }

        const { body: stored } = await target.call('query', { key: { PK: 'P' }, select: 'COUNT' });
        const end = last.end as Record<string, number>;
        await target.close();
        expect(stored.count).toBe(120);
        expect(end.failed).toBe(0);
        expect(end.durable_through_line).toBe(120);
      },
    ),
    { numRuns: 5 },
  );
});
