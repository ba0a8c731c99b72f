import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { exportFrom, importInto, linesIn, ofKind } from '../support/bulk-lines.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const itemsOf = (PK: string, length: number) =>
  Array.from({ length }, (_, n) => ({ PK, SK: `ITEM#${String(n).padStart(5, '0')}`, n }));
const asLines = (items: readonly object[]) => items.map((item) => ({ item }));

async function stored(PK: string) {
  const { body } = await service.call('query', { key: { PK }, consistent_read: true });
  return body.items;
}

describe('lines', () => {
  test('of an export are items again, its other lines are passed over', async () => {
    const items = itemsOf('AGAIN', 60);
    await importInto(service, asLines(items));
    const key = { key: '{"PK":"AGAIN"}', max_units_per_second: '20' };
    const plain = await exportFrom(service, key);
    const typed = await exportFrom(service, { ...key, format: 'dynamodb-json' });
    const all = `${plain.text}${typed.text}`.replaceAll('AGAIN', 'COPY');

    const { status, lines } = await importInto(service, all);

    expect(status).toBe(200);
    expect(lines).toEqual([
      {
        end: {
          lines: 120,
          written: 120,
          failed: 0,
          unknown: 0,
          durable_through_line: all.split('\n').length - 1,
          consumed_capacity: expect.any(Number),
        },
      },
    ]);
    expect(await stored('COPY')).toEqual(items.map((item) => ({ ...item, PK: 'COPY' })));
  });

  test('may be compressed, end in any way, and have any type that is not of forms', async () => {
    const text = '\ufeff{"item":{"PK":"FORMS","SK":"1"}}\r\n\n  \n{"item":{"PK":"FORMS","SK":"2"}}';
    const packed = Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]);

    const replies = [
      await importInto(service, text),
      await importInto(service, packed, {}, { 'content-encoding': 'gzip' }),
      await importInto(service, packed, {}, { 'content-type': 'application/octet-stream' }),
      await importInto(service, gzipSync(text).subarray(0, -9)),
      await importInto(service, text, {}, { 'content-type': 'application/x-www-form-urlencoded' }),
      await importInto(service, text, {}, { 'content-encoding': 'br' }),
    ];

    const ends = replies.map(({ status, lines }) => [status, Object.keys(lines.at(-1) ?? {})[0]]);
    expect(ends.map(([status]) => status)).toEqual([200, 200, 200, 200, 415, 415]);
    expect(ends.map(([, kind]) => kind).slice(0, 4)).toEqual(['end', 'end', 'end', 'error']);
    expect(replies[0]?.lines).toMatchObject([{ end: { lines: 2, durable_through_line: 4 } }]);
  });

  test('that cannot be written are told each with its reason, and the others are written', async () => {
    const long = 'x'.repeat(2_000_000);
    const bad: [string, string, string][] = [
      ['{"item":', 'ValidationError', 'The line is not valid JSON.'],
      [
        '{"PK":"BAD"}',
        'ValidationError',
        'The line must be {"item": {…}}, or {"Item": {…}} with types.',
      ],
      ['{"item":{"PK":"BAD"}}', 'ValidationError', 'item: must have the key attribute "SK"'],
      [
        '{"item":{"PK":"BAD","SK":""}}',
        'ValidationError',
        'item.SK: must not be empty, as a key attribute',
      ],
      [
        '{"Item":{"PK":{"S":"BAD"},"SK":{"X":"1"}}}',
        'ValidationError',
        'item.SK: a typed value must be an object with one member of S, N, B, BOOL, NULL, L, M, SS, NS, BS',
      ],
      [
        `{"item":{"PK":"BAD","SK":"LONG","text":"${long}"}}`,
        'TooLarge',
        'The item is larger than 400 KB, the most that DynamoDB stores in one item.',
      ],
      [
        `{"item":{"PK":"${long}${long}${long}"}}`,
        'TooLarge',
        'The line is longer than an item can be.',
      ],
      [
        '{"error":{"code":"Overloaded"}}',
        'ValidationError',
        'The export that these lines come from did not complete.',
      ],
    ];
    const good = itemsOf('GOOD', bad.length);
    const body = bad.flatMap(([line], n) => [line, JSON.stringify({ item: good[n] })]).join('\n');

    const { lines } = await importInto(service, body);

    const failed = ofKind<{ line: number; code: string; error: string }>('failed', lines);
    expect(failed.toSorted((a, b) => a.line - b.line)).toMatchObject(
      bad.map(([, code, error], n) => ({
        line: 2 * n + 1,
        code,
        error: expect.stringContaining(error),
      })),
    );
    expect(lines.at(-1)).toMatchObject({
      end: { lines: 16, written: 8, failed: 8, unknown: 0, durable_through_line: 16 },
    });
    expect(await stored('GOOD')).toEqual(good);
  });

  test('of one key keep their order', async () => {
    const body = Array.from({ length: 300 }, (_, n) => ({
      item: { PK: 'ORDER', SK: `${n % 7}`, n },
    }));

    const { lines } = await importInto(service, body);

    expect(lines.at(-1)).toMatchObject({ end: { written: 300 } });
    const last = Array.from({ length: 7 }, (_, key) => Math.floor((299 - key) / 7) * 7 + key);
    expect(await stored('ORDER')).toEqual(last.map((n, SK) => ({ PK: 'ORDER', SK: `${SK}`, n })));
  });
});

describe('modes', () => {
  test('create_only stores only what is new, and once more only where it is resumed', async () => {
    const [first, second, third] = itemsOf('CREATE', 3);
    await service.call('put_item', { item: first });
    await service.call('put_item', { item: { ...second, n: 'other' } });
    const body = asLines([first, second, third].map((item) => ({ ...item })));

    const fresh = await importInto(service, body, { mode: 'create_only' });
    const resumed = await importInto(service, body, { mode: 'create_only', from_line: '1' });

    const failedLine = (line: number) => ({
      failed: {
        line,
        code: 'ConditionalCheckFailed',
        error: expect.any(String),
        key: expect.any(Object),
      },
    });
    const failed = ofKind<{ line: number }>('failed', fresh.lines);
    expect(failed.toSorted((a, b) => a.line - b.line)).toMatchObject(
      [1, 2].map((line) => failedLine(line).failed),
    );
    expect(fresh.lines.at(-1)).toMatchObject({ end: { written: 1, failed: 2 } });
    expect(resumed.lines.slice(0, -1)).toMatchObject([failedLine(2)]);
    expect(resumed.lines.at(-1)).toMatchObject({ end: { written: 2, failed: 1 } });
  });

  test('dry_run checks and stores nothing', async () => {
    const { lines } = await importInto(
      service,
      [...asLines(itemsOf('DRY', 30)), { item: { PK: 'DRY' } }],
      { dry_run: 'true' },
    );

    expect(lines.at(-1)).toMatchObject({ end: { dry_run: true, lines: 31, failed: 1 } });
    expect(await stored('DRY')).toEqual([]);
    expect(proxy.executed).toEqual(['Query']);
  });

  test('from_line passes over what is before it', async () => {
    const { lines } = await importInto(service, asLines(itemsOf('FROM', 5)), { from_line: '4' });

    expect(lines.at(-1)).toMatchObject({ end: { lines: 2, written: 2, durable_through_line: 5 } });
    expect(await stored('FROM')).toHaveLength(2);
  });

  test('max_errors ends it', async () => {
    const bad = Array.from({ length: 2_000 }, () => ({ item: { PK: 'NOT' } }));

    const { lines } = await importInto(service, bad, { max_errors: '10' });
    const usual = await importInto(service, bad);

    expect(lines.at(-1)).toMatchObject({
      error: { code: 'ValidationError', error: 'More than 10 lines were not written.' },
    });
    expect(ofKind('failed', lines).length).toBeLessThan(500);
    expect(ofKind('failed', usual.lines).length).toBeGreaterThan(1_000);
    expect(usual.lines.at(-1)).toHaveProperty('error');
  });

  test.each([
    [{ mode: 'replace' }, 'mode must be one of "put", "create_only"'],
    [{ from_line: '0' }, `from_line must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`],
    [{ dry_run: 'yes' }, 'dry_run must be one of "true", "false"'],
    [{ formatt: 'jsonl' }, 'formatt is not a field of an import'],
  ])('%j is refused', async (parameters, sentence) => {
    const { status, body } = await importInto(service, [], parameters as Record<string, string>);

    expect([status, body.error]).toEqual([400, `The request is not valid: ${sentence}.`]);
  });
});

describe('a body that goes on', () => {
  /** Starts an import whose body is written by hand. */
  function startImport(at: TestService, query = '') {
    const url = new URL(`${at.url}/bulk/import${query}`);
    return httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/jsonl' } });
  }

  const line = (PK: string, n: number) => `${JSON.stringify({ item: { PK, SK: `${n}` } })}\n`;

  test('is imported as it comes, and said to be', async () => {
    const upload = startImport(service);
    upload.write(line('SLOWLY', 1));
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    const [chunk] = (await once(response.setEncoding('utf8'), 'data')) as [string];

    expect(linesIn(chunk)).toMatchObject([{ progress: { written: 1, durable_through_line: 1 } }]);
    upload.end(line('SLOWLY', 2));
    expect(linesIn(await textOf(response)).at(-1)).toMatchObject({ end: { written: 2 } });
  });

  test('whose caller goes away counts up to the last whole line', async () => {
    const upload = startImport(service);
    upload.on('error', () => {});
    upload.write(line('GONE', 1) + line('GONE', 2).slice(0, 15));
    await once(upload, 'response');
    await expect.poll(() => stored('GONE')).toHaveLength(1);

    upload.destroy();

    await expect
      .poll(() => service.logs.findLast(({ message }) => message === 'Import ended'))
      .toMatchObject({ lines: 1, written: 1, failed: 0, code: 'ValidationError' });
    expect(await stored('GONE')).toHaveLength(1);
  });

  test('gets its last line though it never ends, once too many of its lines fail', async () => {
    const upload = startImport(service);
    const bad = `${'{"item":{}}\n'.repeat(500)}`;
    const write = (): void => {
      while (upload.writable && upload.write(bad));
    };
    upload.on('drain', write).on('error', () => {});
    write();
    const [response] = (await once(upload, 'response')) as [IncomingMessage];

    const lines = linesIn(await textOf(response));

    expect(lines.at(-1)).toMatchObject({
      error: { error: 'More than 1000 lines were not written.' },
    });
    upload.destroy();
  });

  test('ends where failures wait for a reader who does not read', async () => {
    const upload = startImport(service, '?max_errors=1000000');
    // What is told of a line has its key, which is long.
    const key = { PK: 'p'.repeat(2_000), SK: 's'.repeat(1_000) };
    const bad = `${JSON.stringify({ item: { ...key, n: { $ddb: { N: '1e999' } } } })}\n`.repeat(50);
    let isEnded = false;
    // The system takes some megabytes of what nobody reads.
    const write = (): void => {
      while (!isEnded && upload.write(bad));
    };
    upload.on('drain', write).on('error', () => {});
    write();
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    response.pause();
    await expect
      .poll(() => service.logs.findLast(({ message }) => message === 'Import ended'), {
        timeout: 20_000,
      })
      .toMatchObject({ code: 'Overloaded' });
    isEnded = true;
    upload.end();

    const lines = linesIn(await textOf(response));

    expect(lines.at(-1)).toMatchObject({
      error: {
        code: 'Overloaded',
        error: 'The failures that the import reports are not being read.',
      },
    });
  });

  test('of a service that stops ends with what is written', async () => {
    const stopping = await startService({ table: service.table });
    const upload = startImport(stopping);
    upload.on('error', () => {});
    upload.write(line('STOP', 1));
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    await expect.poll(() => stored('STOP')).toHaveLength(1);

    const closed = stopping.close();
    const lines = linesIn(await textOf(response));
    upload.destroy();
    await closed;

    expect(lines.at(-1)).toMatchObject({
      error: { code: 'Overloaded', retryable: true, durable_through_line: 1, written: 1 },
    });
  });
});
