import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

const MEGABYTE = 1_048_576;
/** What may hold the event loop, in times of parsing a wide object of 3 MB. */
const SHORT_PARSES = 8;
const HEAD = { 'content-type': 'application/json' };

let proxy: FaultProxy;
let service: TestService;
let parseMs: number;

beforeAll(async () => {
  parseMs = measureParse();
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint });
});

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** A list of so many bytes, of one element again and again. */
function listOf(element: string, bytes: number): string {
  return `[${Array(Math.floor(bytes / (element.length + 1)))
    .fill(element)
    .join()}]`;
}

const wide = (bytes: number) =>
  `{${Array.from({ length: Math.floor(bytes / 14) }, (_, n) => `"a${String(n).padStart(7, '0')}":1`).join()}}`;

test.each([
  ['batch_get_item', `{"keys":${listOf('0', 4 * MEGABYTE)}}`],
  ['batch_get_item', `{"keys":${listOf('0', 2 * MEGABYTE - 100)}}`],
  ['batch_get_item', `{"keys":${listOf('0', 600_000)}}`],
  ['batch_write_item', `{"put":${listOf('0', 4 * MEGABYTE)}}`],
  ['batch_write_item', `{"delete":${listOf('[]', 600_000)}}`],
  ['update_item', `{"key":{"PK":"a","SK":"b"},"remove":${listOf('""', 8 * MEGABYTE)}}`],
  ['update_item', `{"key":{"PK":"a","SK":"b"},"remove":${listOf('""', 900_000)}}`],
  ['scan', `{"filter_expression":"${'('.repeat(15 * MEGABYTE)}"}`],
  ['scan', `{"filter_expression":"${'('.repeat(3 * MEGABYTE)}"}`],
  ['query', `{"key_condition":"${'('.repeat(5_000)}"}`],
  ['batch_write_item', `{"put":${listOf('{}', 12 * MEGABYTE).replace(']', ',1e0]')}}`],
  ['put_item', listOf('{}', 3 * MEGABYTE).replace(']', ',1e0]')],
  ['put_item', `{"item":${wide(15 * MEGABYTE)}}`],
  ['put_item', `{"item":${wide(3 * MEGABYTE)}}`],
  ['get_item', `{"key":${wide(200_000)}}`],
  ['scan', `{"expression_values":${wide(3 * MEGABYTE)}}`],
  ['scan', `{"filter":${wide(3 * MEGABYTE)}}`],
  ['scan', `{"expression_names":${wide(3 * MEGABYTE)}}`],
  ['put_item', `{"item":${'['.repeat(MEGABYTE)}`],
])('%s of hostile size is refused, and nobody waits for it', async (tool, text) => {
  const body = Buffer.from(text);
  const refused = service.request(`/tools/${tool}`, { method: 'POST', headers: HEAD, body });
  // What this thread works between two turns of its loop, whatever else the machine does.
  let longest = 0;
  let last = workedMs();
  const watch = setInterval(() => {
    longest = Math.max(longest, workedMs() - last);
    last = workedMs();
  }, 5);

  const reply = await refused;

  clearInterval(watch);
  expect(reply.body).toMatchObject({ code: expect.stringMatching(/^(ValidationError|TooLarge)$/) });
  expect(longest).toBeLessThan(SHORT_PARSES * parseMs);
  expect(reply.text.length).toBeLessThan(4_096);
});

/** What JSON.parse works here for a wide object of 3 MB: the measure of a machine and its hour. */
function measureParse(): number {
  const text = wide(3 * MEGABYTE);
  const times = [1, 2, 3].map(() => {
    const before = workedMs();
    JSON.parse(text);
    return workedMs() - before;
  });
  return Math.max(...times);
}

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

test('an expression may have 4 KB, and no byte more', async () => {
  const filter = (length: number) => {
    const call = { filter_expression: `attribute_exists(${'a'.repeat(length - 18)})` };
    return service.call('scan', call);
  };

  expect((await filter(4_096)).body.issues).toBeUndefined();
  expect(await filter(4_097)).toMatchObject({
    status: 400,
    body: { issues: [{ path: 'filter_expression' }] },
  });
});

test('of a list only the first element that does not fit is named', async () => {
  const reply = await service.call('batch_get_item', { keys: [{ PK: 'a', SK: 'b' }, 7, 8] });

  expect(reply.body).toMatchObject({
    code: 'ValidationError',
    issues: [{ path: 'keys[1]', message: 'must be an object' }],
  });
});

describe('results', () => {
  let small: TestService;

  beforeAll(async () => {
    small = await startService({ environment: { MAX_RESULT_BYTES: '20000', MAX_PAGES: '1000' } });
    const put = Array.from({ length: 100 }, (_, n) => ({
      PK: 'WALK',
      SK: String(n).padStart(3, '0'),
      text: 'x'.repeat(1_000),
    }));
    await small.call('batch_write_item', { put });
  });

  afterAll(() => small.close());

  test('a walk ends when it has read enough, with the key to go on from', async () => {
    const found: unknown[] = [];
    let key: unknown = null;
    let calls = 0;
    do {
      const { body } = await small.call('query', {
        key: { PK: 'WALK' },
        limit: 5,
        max_items: 1_000,
        last_evaluated_key: key,
      });
      found.push(...(body.items as { SK: string }[]).map(({ SK }) => SK));
      key = body.last_evaluated_key;
      calls++;
    } while (key);

    expect(found).toEqual(Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0')));
    expect(calls).toBeGreaterThan(3);
    expect(calls).toBeLessThan(10);
  });
});

describe('what callers hold', () => {
  /** A service with budgets as a small task has them. */
  let tight: TestService;

  beforeAll(async () => {
    tight = await startService({
      budgets: { bodies: 4 * MEGABYTE, pages: MEGABYTE, replies: 2 * MEGABYTE },
    });
  });

  afterAll(() => tight.close());

  test('uploads that are held are bounded together, and small calls go on', async () => {
    const { hostname, port } = new URL(tight.url);
    const sockets = Array.from({ length: 8 }, () => connect(Number(port), hostname));
    const refused: string[] = [];
    for (const socket of sockets) {
      socket.on('data', (data) => refused.push(String(data)));
      socket.on('error', () => {});
      socket.write(
        `POST /tools/batch_write_item HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: ${2 * MEGABYTE}\r\n\r\n`,
      );
      socket.write(' '.repeat(MEGABYTE));
    }

    await expect.poll(() => refused.length, { timeout: 10_000 }).toBeGreaterThan(4);
    const other = await tight.call('get_item', { key: { PK: 'a', SK: 'b' } });

    for (const socket of sockets) socket.destroy();
    expect(other.status).toBe(200);
    expect(refused[0]).toContain('"code":"Overloaded"');
    expect(refused[0]?.toLowerCase()).toContain('retry-after: 1');
    // What is given up is given back.
    const item = { PK: 'a', SK: 'b', text: 'x'.repeat(300_000) };
    await expect
      .poll(async () => (await tight.call('put_item', { item })).status, { timeout: 10_000 })
      .toBe(200);
  });

  test('a body that could never be held is too large, not to be sent again', async () => {
    const body = ' '.repeat(3 * MEGABYTE);

    const reply = await tight.request('/tools/batch_write_item', {
      method: 'POST',
      headers: HEAD,
      body,
    });

    expect(reply).toMatchObject({ status: 413, body: { code: 'TooLarge', retryable: false } });
  });

  test('replies that nobody reads are bounded together', async () => {
    const item = { PK: 'REPLY', text: 'x'.repeat(380_000) };
    for (const SK of ['1', '2']) await tight.call('put_item', { item: { ...item, SK } });
    const { hostname, port } = new URL(tight.url);
    const body = '{"key":{"PK":"REPLY"}}';
    const socket = connect({ port: Number(port), host: hostname });
    socket.pause();
    socket.on('error', () => {});

    // The system takes some replies that nobody reads, and then no more.
    let refusals = 0;
    await expect
      .poll(
        async () => {
          if (refusals === 0) {
            socket.write(
              `POST /tools/query HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
            );
          }
          const { code } = (await tight.call('query', { key: { PK: 'REPLY' } })).body;
          refusals = code === 'Overloaded' ? refusals + 1 : 0;
          return refusals;
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe(5);

    socket.destroy();
    await expect
      .poll(async () => (await tight.call('query', { key: { PK: 'REPLY' } })).status, {
        timeout: 10_000,
      })
      .toBe(200);
  });
});
