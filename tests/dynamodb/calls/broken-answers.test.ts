import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startService, type TestService } from '../../support/service.ts';

const key = { PK: 'BROKEN', SK: 'ITEM' };
const MEGABYTE = 1_048_576;

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MAX_ATTEMPTS: '2' },
  });
  await service.call('put_item', { item: { ...key, n: 1 } });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** Executes the call and says something else in its place, with a request id or without. */
function say(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return async ({ execute, response }) => {
    await execute();
    response.writeHead(status, headers).end(body);
  };
}

const identified = { 'x-amzn-requestid': 'ABCDEFGHIJKLMNOP' };

const NO_ANSWERS: [string, Fault][] = [
  ['JSON of somebody else', say(200, '{"status":"ok"}')],
  ['an empty object without a request id', say(200, '{}')],
  ['an error that says success', say(200, '{"__type":"InternalServerError"}', identified)],
  ['no JSON', say(200, '<html>10.1.2.3:8443</html>', identified)],
  ['a list', say(200, '[]', identified)],
  ['nothing', say(200, '', identified)],
  ['a proxy that gives up', say(408, 'Request Timeout')],
  ['a proxy whose caller gave up', say(499, '')],
];

describe.each(NO_ANSWERS)('%s', (_name, fault) => {
  test('is no missing item: the read is repeated', async () => {
    proxy.inject('GetItem', fault);

    const got = await service.call('get_item', { key, consistent_read: true });

    expect(got).toMatchObject({ status: 200, body: { item: key } });
    expect(got.headers.get('x-attempts')).toBe('2');
  });

  test('is StorageUnavailable when it comes again', async () => {
    proxy.always('GetItem', fault);

    const got = await service.call('get_item', { key });

    expect(got).toMatchObject({ status: 503, body: { code: 'StorageUnavailable' } });
    expect(got.text).not.toContain('10.1.2.3');
  });

  test('leaves a write unknown that may not be repeated', async () => {
    proxy.always('UpdateItem', fault);

    const got = await service.call('update_item', { key, add: { n: 1 } });

    expect(got).toMatchObject({ status: 503, body: { code: 'OutcomeUnknown', retryable: false } });
    expect(proxy.arrived).toEqual(['UpdateItem']);
  });

  test('has a write repeated that may be', async () => {
    proxy.inject('PutItem', fault);

    const put = await service.call('put_item', { item: { ...key, n: 1 } });

    expect(put).toMatchObject({ status: 200, body: { success: true } });
    expect(proxy.executed).toEqual(['PutItem', 'PutItem']);
  });
});

test.each([
  ['query', { key: { PK: key.PK } }, 'Query'],
  ['scan', {}, 'Scan'],
  ['batch_get_item', { keys: [key] }, 'BatchGetItem'],
])('%s: an answer without what it always has is none', async (tool, body, operation) => {
  proxy.always(operation, say(200, '{}', identified));

  expect((await service.call(tool, body)).body).toMatchObject({ code: 'StorageUnavailable' });
});

test('a batch whose answer does not say what is left is not done', async () => {
  proxy.always('BatchWriteItem', say(200, '{}', identified));

  const batch = await service.call('batch_write_item', { put: [{ ...key, n: 2 }] });

  expect(batch.body).toMatchObject({ code: 'OutcomeUnknown' });
});

test('an update without the attributes that were asked for is unknown', async () => {
  proxy.always('UpdateItem', say(200, '{"ConsumedCapacity":{"CapacityUnits":1}}', identified));

  const update = await service.call('update_item', { key, updates: { v: 1 } });

  expect(update.body).toMatchObject({ code: 'OutcomeUnknown' });
});

test.each([
  '"much"',
  '{"CapacityUnits":"1"}',
  '{"CapacityUnits":-1}',
  '{"CapacityUnits":1e999}',
  '[null,7]',
  '{"CapacityUnits":{"a":"\\n"}}',
])('a write whose consumed capacity is told as %s was applied', async (capacity) => {
  proxy.always('PutItem', say(200, `{"ConsumedCapacity":${capacity}}`, identified));

  const put = await service.call('put_item', { item: { ...key, n: 1 } });

  // The SDK refuses what does not fit its schema, and the plain put is then repeated.
  expect([200, 503]).toContain(put.status);
  expect(put.body.code ?? 'done').toMatch(/^(done|OutcomeUnknown)$/);
});

describe('an answer without end', () => {
  const piece = Buffer.alloc(MEGABYTE, ' ');
  const endless =
    (headers: Record<string, string>): Fault =>
    ({ response }) => {
      response.writeHead(200, { ...identified, ...headers });
      const more = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };

  test.each([
    ['in chunks', {}],
    ['up to the end of the connection', { connection: 'close', 'transfer-encoding': 'identity' }],
  ])('%s is cut off long before it fills the memory', async (_name, headers) => {
    proxy.always('GetItem', endless(headers));

    const got = await service.call('get_item', { key });

    expect(got).toMatchObject({ status: 503, body: { code: 'StorageUnavailable' } });
  });
});

test('the type of an error costs what its bytes cost, and its text is cut in the log', async () => {
  const type = `${'#'.repeat(MEGABYTE)}:${':'.repeat(MEGABYTE)}`;
  proxy.always('GetItem', say(400, JSON.stringify({ __type: type, message: type }), identified));
  const started = performance.now();

  const got = await service.call('get_item', { key });

  expect(performance.now() - started).toBeLessThan(2_000);
  expect(got.body).toMatchObject({ code: 'StorageError' });
  expect(Math.max(...service.logs.map((line) => JSON.stringify(line).length))).toBeLessThan(65_536);
});

test.each([
  { KeySchema: [null] },
  { KeySchema: [] },
  { KeySchema: [{ AttributeName: 'PK', KeyType: 'OTHER' }] },
  { AttributeDefinitions: 'none' },
  { GlobalSecondaryIndexes: [{}] },
])('a description with %j is none, and ends nothing', async (part) => {
  const description = {
    TableName: 't',
    TableStatus: 'ACTIVE',
    AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
    ...part,
  };
  proxy.always('DescribeTable', say(200, JSON.stringify({ Table: description }), identified));
  const other = await startService({
    endpoint: proxy.endpoint,
    table: service.table,
    environment: { MAX_ATTEMPTS: '1' },
  });

  const replies = [await other.request('/ready'), await other.call('get_item', { key })];

  await other.close();
  expect(replies.map(({ status }) => status)).toEqual([503, 503]);
});
