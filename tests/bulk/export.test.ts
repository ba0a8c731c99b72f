import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { exportFrom, linesIn, ofKind } from '../support/bulk-lines.ts';
import { canonical } from '../support/canonical.ts';
import { exception, type FaultProxy, pass, startFaultProxy } from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

interface Mark {
  cursor: string | null;
  items: number;
  consumed_capacity: number;
}

const ITEMS = Array.from({ length: 30 }, (_, n) => ({
  PK: `PART#${n % 3}`,
  SK: `ITEM#${String(n).padStart(2, '0')}`,
  GSI1PK: 'ALL',
  GSI1SK: `${n}`,
  n,
  even: n % 2 === 0,
}));

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MAX_ATTEMPTS: '1' },
  });
  await service.call('batch_write_item', { put: ITEMS });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const inOrder = (items: readonly unknown[]) => items.map((item) => canonical(item)).sort();

describe('what is exported', () => {
  test('is every item, the mark of each page, and an end', async () => {
    const { status, headers, lines } = await exportFrom(service);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(inOrder(ofKind('item', lines))).toEqual(inOrder(ITEMS));
    const [page] = ofKind<Mark>('page', lines);
    expect(page).toEqual({ cursor: null, items: 30, consumed_capacity: expect.any(Number) });
    expect(lines.at(-1)).toEqual({
      end: { items: 30, pages: 1, consumed_capacity: page?.consumed_capacity },
    });
  });

  test('is a partition, an index, a range, a filter, some attributes', async () => {
    const { lines } = await exportFrom(service, {
      index_name: 'GSI1',
      key: '{"GSI1PK":"ALL"}',
      sort_key: '{"begins_with":"2"}',
      filter: '{"even":true,"n":{"gte":22}}',
      projection: 'n, SK',
    });

    expect(ofKind('item', lines).map((item) => canonical(item))).toEqual(
      [22, 24, 26, 28].map((n) => canonical({ n, SK: `ITEM#${n}` })),
    );
  });

  test('is what all segments have together, each item once', async () => {
    const segments = await Promise.all(
      ['0', '1', '2'].map((segment) => exportFrom(service, { segment, total_segments: '3' })),
    );

    const items = segments.flatMap(({ lines }) => ofKind('item', lines));
    expect(inOrder(items)).toEqual(inOrder(ITEMS));
  });

  test('is in DynamoDB JSON on request', async () => {
    const { lines } = await exportFrom(service, {
      format: 'dynamodb-json',
      key: '{"PK":"PART#1"}',
      sort_key: '{"eq":"ITEM#01"}',
    });

    expect(ofKind('Item', lines)).toEqual([
      {
        PK: { S: 'PART#1' },
        SK: { S: 'ITEM#01' },
        GSI1PK: { S: 'ALL' },
        GSI1SK: { S: '1' },
        n: { N: '1' },
        even: { BOOL: false },
      },
    ]);
  });

  test('is compressed where that is asked for', async () => {
    const plain = await exportFrom(service, {}, { 'accept-encoding': 'gzip;q=0, identity' });
    const packed = await exportFrom(service, {}, { 'accept-encoding': 'br, gzip' });

    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.lines.map((line) => canonical(line)).sort()).toEqual(
      plain.lines.map((line) => canonical(line)).sort(),
    );
  });

  test.each([
    [{ sort_key: '{"eq":"a"}' }, 'sort_key goes with key'],
    [{ segment: '1' }, 'segment goes together with total_segments'],
    [{ segment: '3', total_segments: '3' }, 'segment must be less than total_segments'],
    [{ key: '["a"]' }, 'key must be an object, as JSON text'],
    [{ format: 'xml' }, 'format must be one of "jsonl", "dynamodb-json", "csv"'],
    [{ format: 'csv' }, 'projection must name the columns of a CSV'],
    [
      { max_units_per_second: '0' },
      'max_units_per_second must be a whole number from 1 to 10000000',
    ],
    [{ tabel: 'x' }, 'tabel is not a field of an export'],
  ])('%j is refused', async (parameters, sentence) => {
    const { status, body } = await exportFrom(service, parameters as Record<string, string>);

    expect(status).toBe(400);
    expect(body.error).toBe(`The request is not valid: ${sentence}.`);
  });

  test('HEAD exports nothing', async () => {
    const { status } = await service.request('/bulk/export', { method: 'HEAD' });

    expect(status).toBe(405);
    expect(proxy.arrived).toEqual([]);
  });
});

describe('pages', () => {
  const perSecond = { max_units_per_second: '5' };

  test('are smaller where capacity is bounded, and any can be gone on from', async () => {
    const { lines } = await exportFrom(service, perSecond);

    const marks = ofKind<Mark>('page', lines);
    expect(marks[0]).toMatchObject({ items: 5, cursor: expect.any(String) });
    const rest = await exportFrom(service, { cursor: String(marks[0]?.cursor) });
    const quoted = await exportFrom(service, { cursor: JSON.stringify(marks[0]?.cursor) });
    const first = ofKind('item', lines).slice(0, 5);
    expect(inOrder([...first, ...ofKind('item', rest.lines)])).toEqual(inOrder(ITEMS));
    expect(ofKind('item', quoted.lines)).toHaveLength(25);
  });

  test('a cursor of another kind is refused as such', async () => {
    const { status, body } = await exportFrom(service, { cursor: '{"PK":"a"}' });

    expect(status).toBe(400);
    expect(body.error).toBe('cursor: must have exactly the key attributes "PK" and "SK"');
  });

  test('a failure before the first is a reply of its own, a later one the last line', async () => {
    proxy.inject('Scan', exception('ProvisionedThroughputExceededException'));
    const atOnce = await exportFrom(service);
    proxy.inject('Scan', pass, exception('InternalServerError', 500));
    const later = await exportFrom(service, perSecond);

    expect([atOnce.status, atOnce.body.code]).toEqual([429, 'Throttled']);
    const [page] = ofKind<Mark>('page', later.lines);
    expect(later.lines.at(-1)).toEqual({
      error: {
        code: 'StorageUnavailable',
        error: expect.any(String),
        retryable: true,
        cursor: page?.cursor,
      },
    });
    expect(ofKind('item', later.lines)).toHaveLength(5);
  });

  test('none is read that nobody takes, and none after the caller is gone', async () => {
    const large = { filler: 'x'.repeat(380_000) };
    const put = Array.from({ length: 32 }, (_, n) => ({ PK: 'LARGE', SK: `${n}`, ...large }));
    for (let at = 0; at < put.length; at += 16) {
      await service.call('batch_write_item', { put: put.slice(at, at + 16) });
    }
    proxy.reset();
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.pause();
    socket.write(
      `GET /bulk/export?key=%7B%22PK%22%3A%22LARGE%22%7D HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    const read = () => proxy.executed.filter((operation) => operation === 'Query').length;

    await expect.poll(read, { timeout: 5_000 }).toBeGreaterThan(1);
    const seen: number[] = [];
    await expect
      .poll(() => seen.push(read()) > 1 && seen.at(-1) === seen.at(-2), {
        interval: 200,
        timeout: 10_000,
      })
      .toBe(true);

    expect(read()).toBeLessThan(16);
    socket.destroy();
    await expect
      .poll(() => service.logs.at(-1), { timeout: 10_000 })
      .toMatchObject({ message: 'Export ended', complete: false, hung_up: true });
  });
});

describe('CSV', () => {
  const csv = (parameters: Record<string, string>) =>
    exportFrom(service, { format: 'csv', ...parameters });

  test('tells text, numbers, truth values, null and absence apart', async () => {
    const values = { text: 'a "b"\n,c', empty: '', number: 1.5, bool: true, null: null };
    await service.call('put_item', { item: { PK: 'CSV', SK: '1', ...values } });
    await service.call('put_item', { item: { PK: 'CSV', SK: '1.0', number: 0, digits: '007' } });

    const { headers, text } = await csv({
      key: '{"PK":"CSV"}',
      projection: 'SK,text,empty,number,bool,null,digits',
    });

    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe(
      [
        '"SK","text","empty","number","bool","null","digits"',
        '"1","a ""b""\n,c","",1.5,true,null,',
        '"1.0",,,0,,,"007"\n',
      ].join('\n'),
    );
  });

  test('refuses what it cannot hold, and breaks off where that comes later', async () => {
    await service.call('put_item', { item: { PK: 'SET', SK: '0', n: 1 } });
    await service.call('put_item', { item: { PK: 'SET', SK: '1', n: [1] } });
    const parameters = { key: '{"PK":"SET"}', projection: 'n' };

    const { status, body } = await csv(parameters);

    expect([status, body.code]).toEqual([400, 'ValidationError']);
    await expect(csv({ ...parameters, max_units_per_second: '1' })).rejects.toThrow();
  });
});

test('a service that stops ends its exports behind the page under way', async () => {
  const stopping = await startService({ table: service.table, endpoint: proxy.endpoint });
  const url = new URL(`${stopping.url}/bulk/export?max_units_per_second=1`);
  const [response] = (await once(httpRequest(url).end(), 'response')) as [IncomingMessage];
  const [first] = (await once(response.setEncoding('utf8'), 'data')) as [string];

  const closed = stopping.close();
  const chunks = await response.toArray();
  await closed;

  const lines = linesIn([first, ...chunks].join(''));
  expect(lines.at(-1)).toEqual({
    error: {
      code: 'Overloaded',
      error: 'The service is stopping; continue from the cursor.',
      retryable: true,
      cursor: ofKind<Mark>('page', lines).at(-1)?.cursor,
    },
  });
});

test('too many streams at once are refused', async () => {
  const small = await startService({ table: service.table, budgets: { streams: 10_000_000 } });
  const url = new URL(`${small.url}/bulk/export?max_units_per_second=1`);
  const [response] = (await once(httpRequest(url).end(), 'response')) as [IncomingMessage];
  const partition = { key: '{"PK":"PART#0"}' };

  const { status, body } = await exportFrom(small, partition);

  expect([status, body.code]).toEqual([503, 'Overloaded']);
  response.destroy();
  await expect.poll(async () => (await exportFrom(small, partition)).status).toBe(200);
  await small.close();
});
