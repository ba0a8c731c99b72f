import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../../src/json/parse.ts';
import { engineHas } from '../../support/engine-has.ts';
import {
  exception,
  exceptionAfter,
  type Fault,
  type FaultProxy,
  html,
  resetAfter,
  resetBefore,
  silentAfter,
  silentBefore,
  stalledBody,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { itemsOf } from '../../support/items.ts';
import { startService, type TestService } from '../../support/service.ts';

const DEADLINE_MS = 1_200;
/** What a busy machine may take besides; what misses a deadline here takes the default's 10 s. */
const GRACE_MS = 3_000;
const THROTTLED = exception('ProvisionedThroughputExceededException');
const FAULTY = exception('InternalServerError', 500);
const FAULTY_AFTER = exceptionAfter('InternalServerError', 500);

let proxy: FaultProxy;
let service: TestService;
let direct: TestService;
let keys = 0;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { REQUEST_DEADLINE_MS: String(DEADLINE_MS), CONNECT_TIMEOUT_MS: '200' },
  });
  direct = await startService({ table: service.table });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await direct.close();
  await proxy.close();
});

const { stored, storedItem } = itemsOf(() => direct, 'FAULTS');

/** Calls a tool with faults in its way, and measures. */
async function callWith(tool: string, body: JsonObject, operation: string, faults: Fault[]) {
  proxy.reset();
  proxy.inject(operation, ...faults);
  const started = performance.now();
  const reply = await service.call(tool, body);
  return {
    status: reply.status,
    code: reply.body.code,
    retryable: reply.body.retryable,
    retryAfter: reply.headers.get('retry-after'),
    attempts: Number(reply.headers.get('x-attempts')),
    executed: proxy.executed.filter((name) => name === operation).length,
    arrived: proxy.arrived.filter((name) => name === operation).length,
    inTime: performance.now() - started < DEADLINE_MS + GRACE_MS,
    body: reply.body,
  };
}

describe('reads are repeated after every passing fault', () => {
  test.each<[string, Fault[], number]>([
    ['throttling', [THROTTLED], 1],
    ['a 500', [FAULTY], 1],
    ['three 500s', [FAULTY, FAULTY, FAULTY], 1],
    ['a 500 after the engine executed', [FAULTY_AFTER], 2],
    ['a reset before', [resetBefore], 1],
    ['a reset after', [resetAfter], 2],
    ['HTML with 502', [html(502)], 1],
  ])('%s', async (_what, faults, executed) => {
    const key = await storedItem({ v: 1 });

    const got = await callWith('get_item', { key }, 'GetItem', faults);

    // Throttling backs off for up to a second: it may rightly end at the deadline.
    if (got.status === 429) return expect(faults).toEqual([THROTTLED]);
    expect(got).toMatchObject({
      status: 200,
      executed,
      attempts: faults.length + 1,
      body: { success: true, item: { ...key, v: 1 } },
    });
  });

  test.each<[string, Fault, number, string, boolean]>([
    ['throttling', THROTTLED, 429, 'Throttled', true],
    ['500s', FAULTY, 503, 'StorageUnavailable', true],
    ['resets', resetBefore, 503, 'StorageUnavailable', true],
    ['headers that never come', silentBefore, 504, 'DeadlineExceeded', true],
    ['a body that stalls', stalledBody, 504, 'DeadlineExceeded', true],
    ['HTML with 503', html(503), 503, 'StorageUnavailable', true],
    ['HTML with 200', html(200), 503, 'StorageUnavailable', true],
    ['HTML with 403', html(403), 500, 'StorageError', false],
  ])('%s without end', async (_what, fault, status, code, retryable) => {
    const key = await storedItem({ v: 1 });

    const got = await callWith('get_item', { key }, 'GetItem', Array(10).fill(fault));

    expect(got).toMatchObject({ status, code, retryable, inTime: true });
    expect(got.attempts).toBe(got.arrived);
    expect(got.attempts).toBeLessThanOrEqual(4);
    expect(got.retryAfter).toBe(code === 'Throttled' ? '1' : null);
    expect(JSON.stringify(got.body)).not.toContain('10.1.2.3');
  });
});

describe('a write is never applied twice to different effect', () => {
  const ambiguous: [string, Fault, number][] = [
    ['a reset before the engine executed', resetBefore, 0],
    ['a reset after', resetAfter, 1],
    ['a 500 before', FAULTY, 0],
    ['a 500 after', FAULTY_AFTER, 1],
    ['headers that never come', silentAfter, 1],
    ['a body that stalls', stalledBody, 1],
    ['HTML with 200', html(200), 0],
    ['HTML with 502', html(502), 0],
  ];
  const single: [string, string, string, JsonObject, JsonObject][] = [
    ['ADD 1', 'update_item', 'UpdateItem', { add: { v: 1 } }, { v: 2 }],
    ['append', 'update_item', 'UpdateItem', { append: { l: [1] } }, { v: 1, l: [1] }],
    ['SET', 'update_item', 'UpdateItem', { updates: { v: 7 } }, { v: 7 }],
    [
      'a raw expression',
      'update_item',
      'UpdateItem',
      { update_expression: 'ADD v :n', expression_values: { ':n': 1 } },
      { v: 2 },
    ],
  ];

  describe.each(single)('%s', (_name, tool, operation, request, applied) => {
    test.each(ambiguous)('after %s: OutcomeUnknown', async (_what, fault, executed) => {
      const key = await storedItem({ v: 1 });

      const done = await callWith(tool, { key, ...request }, operation, [fault]);

      expect(done).toMatchObject({
        status: 503,
        code: 'OutcomeUnknown',
        retryable: false,
        retryAfter: null,
        attempts: 1,
        arrived: 1,
        executed,
        inTime: true,
      });
      expect(await stored(key)).toEqual(executed ? { ...key, ...applied } : { ...key, v: 1 });
    });

    test('after throttling: repeated once', async () => {
      const key = await storedItem({ v: 1 });

      const done = await callWith(tool, { key, ...request }, operation, [THROTTLED]);

      if (done.status === 429) return expect(await stored(key)).toEqual({ ...key, v: 1 });
      expect(done).toMatchObject({ status: 200, attempts: 2, executed: 1 });
      expect(await stored(key)).toEqual({ ...key, ...applied });
    });
  });

  test.each<[string, string, JsonObject]>([
    ['put with a condition', 'PutItem', { expected: { v: 1 } }],
    ['put that returns the old item', 'PutItem', { return_old: true }],
    ['delete with a condition', 'DeleteItem', { expected: { v: 1 } }],
    ['delete that returns the old item', 'DeleteItem', { return_old: true }],
  ])('%s is not repeated', async (_name, operation, request) => {
    const key = await storedItem({ v: 1 });
    const put = operation === 'PutItem';

    const done = await callWith(
      put ? 'put_item' : 'delete_item',
      { ...(put ? { item: { ...key, v: 2 } } : { key }), ...request },
      operation,
      [resetAfter],
    );

    expect(done).toMatchObject({ status: 503, code: 'OutcomeUnknown', attempts: 1, executed: 1 });
    expect(await stored(key)).toEqual(put ? { ...key, v: 2 } : null);
  });

  test.each(
    ambiguous.filter(
      ([, fault]) => fault !== silentAfter && fault !== stalledBody && fault !== ambiguous[6]?.[1],
    ),
  )('an unconditional put and delete are repeated after %s', async (_what, fault, executed) => {
    const key = await storedItem({ v: 1 });

    const put = await callWith('put_item', { item: { ...key, v: 2 } }, 'PutItem', [fault]);
    const afterPut = await stored(key);
    const deleted = await callWith('delete_item', { key }, 'DeleteItem', [fault]);

    expect(put).toMatchObject({ status: 200, attempts: 2, executed: executed + 1 });
    expect(afterPut).toEqual({ ...key, v: 2 });
    expect(deleted).toMatchObject({ status: 200, attempts: 2, executed: executed + 1 });
    expect(await stored(key)).toBeNull();
  });

  test.each<[string, Fault, number]>([
    ['silence', silentAfter, 1],
    ['a body that stalls', stalledBody, 1],
  ])(
    'an unconditional put that meets %s until the deadline is OutcomeUnknown',
    async (_what, fault) => {
      const key = await storedItem({ v: 1 });

      const put = await callWith('put_item', { item: { ...key, v: 2 } }, 'PutItem', [fault]);

      expect(put).toMatchObject({ status: 503, code: 'OutcomeUnknown', executed: 1, inTime: true });
    },
  );
});

describe('a create-only put', () => {
  const newItem = () => ({ PK: 'FAULTS', SK: `NEW#${keys++}`, v: JSON.rawJSON('1.0') });

  test('whose first answer was lost is not reported as a conflict with itself', async () => {
    const item = newItem();

    const put = await callWith('put_item', { item, create_only: true }, 'PutItem', [resetAfter]);

    expect(put).toMatchObject({ status: 200, executed: 2, body: { success: true } });
    expect(await stored({ PK: item.PK, SK: item.SK })).toEqual({ ...item, v: 1 });
  });

  test('that was lost on the way is repeated', async () => {
    const put = await callWith(
      'put_item',
      { item: newItem(), create_only: true, return_old: true },
      'PutItem',
      [resetBefore],
    );

    expect(put).toMatchObject({ status: 200, executed: 1, body: { old_item: null } });
  });

  test('that meets another item after a lost answer is OutcomeUnknown', async () => {
    const key = await storedItem({ v: 1 });

    const put = await callWith(
      'put_item',
      { item: { ...key, v: 2 }, create_only: true },
      'PutItem',
      [resetAfter],
    );

    expect(put).toMatchObject({ status: 503, code: 'OutcomeUnknown', executed: 2 });
    expect(await stored(key)).toEqual({ ...key, v: 1 });
  });

  test('whose comparison cannot be read is OutcomeUnknown', async () => {
    const item = newItem();
    proxy.always('GetItem', FAULTY);
    proxy.inject('PutItem', resetAfter);

    const put = await service.call('put_item', { item, create_only: true });

    expect(put).toMatchObject({ status: 503, body: { code: 'OutcomeUnknown' } });
  });
});

test('a failed condition whose item cannot be read is still 409', async () => {
  const key = await storedItem({ v: 1 });

  const done = await callWith(
    'update_item',
    { key, updates: { v: 2 }, expected: { v: 9 } },
    'GetItem',
    [...Array(9).fill(FAULTY)],
  );

  expect(done).toMatchObject({ status: 409, code: 'ConditionalCheckFailed' });
});

describe('a failed condition that shows its item', () => {
  const shown: Fault = ({ response }) => {
    const body = JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: {
        PK: { S: 'a' },
        SK: { S: 'b' },
        big: { N: '12345678901234567890' },
        bytes: { B: 'AQID' },
        set: { SS: ['x'] },
        list: { L: [{ BS: ['AQ=='] }, { NULL: true }] },
        constructor: { M: { $ddb: { BOOL: true } } },
      },
    });
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };

  test.each<[string, string, JsonObject]>([
    ['put_item', 'PutItem', { item: { PK: 'a', SK: 'b' }, create_only: true }],
    ['update_item', 'UpdateItem', { key: { PK: 'a', SK: 'b' }, add: { v: 1 }, expected: { v: 1 } }],
    ['delete_item', 'DeleteItem', { key: { PK: 'a', SK: 'b' }, expected: { v: 1 } }],
  ])('%s', async (tool, operation, request) => {
    const done = await callWith(tool, request, operation, [shown]);

    expect(done).toMatchObject({ status: 409, code: 'ConditionalCheckFailed', attempts: 1 });
    expect(JSON.stringify(done.body.item)).toBe(
      '{"PK":"a","SK":"b","big":12345678901234567890,"bytes":{"$ddb":{"B":"AQID"}},"set":{"$ddb":{"SS":["x"]}},"list":[{"$ddb":{"BS":["AQ=="]}},null],"constructor":{"$$ddb":true}}',
    );
  });
});

describe.skipIf(!engineHas('items of failed conditions'))('an engine that sends the item', () => {
  test.each<[string, string, JsonObject]>([
    ['put_item', 'PutItem', { create_only: true }],
    ['update_item', 'UpdateItem', { add: { v: 1 }, expected: { v: 2 } }],
    ['delete_item', 'DeleteItem', { expected: { v: 2 } }],
  ])('is not asked for it again by %s', async (tool, operation, request) => {
    const key = await storedItem({ v: 1 });
    const target = tool === 'put_item' ? { item: key } : { key };

    const done = await callWith(tool, { ...target, ...request }, operation, []);

    expect(done).toMatchObject({ status: 409, code: 'ConditionalCheckFailed', attempts: 1 });
    expect(done.body.item).toEqual({ ...key, v: 1 });
    expect(proxy.arrived).toEqual([operation]);
  });
});

describe('batches', () => {
  /** Executes the call but says that its first entry was left out. */
  const leftover: Fault = async ({ body, execute, response }) => {
    const { status, headers, body: answered } = await execute();
    const { RequestItems } = JSON.parse(body);
    const [table = ''] = Object.keys(RequestItems);
    const answer = JSON.parse(answered.toString());
    if (Array.isArray(RequestItems[table])) {
      answer.UnprocessedItems = { [table]: RequestItems[table].slice(0, 1) };
    } else {
      answer.Responses[table] = answer.Responses[table].slice(1);
      answer.UnprocessedKeys = { [table]: { Keys: RequestItems[table].Keys.slice(0, 1) } };
    }
    const changed = JSON.stringify(answer);
    const { 'x-amz-crc32': _checksum, ...others } = headers;
    response
      .writeHead(status, { ...others, 'content-length': String(changed.length) })
      .end(changed);
  };
  const big = JSON.rawJSON('12345678901234567890');
  const put = [0, 1].map((n) => ({ PK: 'BATCH', SK: `ITEM#${n}`, big }));

  test('ask again for what was left, also with keys a double cannot hold', async () => {
    const written = await callWith('batch_write_item', { put }, 'BatchWriteItem', [
      leftover,
      leftover,
    ]);
    const read = await callWith(
      'batch_get_item',
      { keys: put.map(({ PK, SK }) => ({ PK, SK })) },
      'BatchGetItem',
      [leftover],
    );

    expect(written).toMatchObject({ status: 200, attempts: 3, body: { put_count: 2 } });
    expect(read).toMatchObject({ status: 200, attempts: 2, body: { count: 2 } });
  });

  test('name what is left at the deadline', async () => {
    proxy.always('BatchWriteItem', leftover);
    proxy.always('BatchGetItem', leftover);
    const started = performance.now();

    const written = await service.call('batch_write_item', { put });
    const read = await service.call('batch_get_item', {
      keys: put.map(({ PK, SK }) => ({ PK, SK })),
    });

    expect(written.body).toEqual({
      success: true,
      put_count: 1,
      delete_count: 0,
      unprocessed: { put: [expect.anything()], delete: [] },
    });
    expect(read.body).toMatchObject({ success: true, unprocessed: { keys: [{ PK: 'BATCH' }] } });
    expect(performance.now() - started).toBeLessThan(2 * DEADLINE_MS + GRACE_MS);
  });

  test('return what is left when a later chunk is throttled', async () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ PK: 'CHUNKS', SK: `ITEM#${n}` }));

    const written = await callWith('batch_write_item', { put: many }, 'BatchWriteItem', [
      async (exchange) => {
        proxy.always('BatchWriteItem', THROTTLED);
        const { status, headers, body } = await exchange.execute();
        exchange.response.writeHead(status, headers).end(body);
      },
    ]);

    expect(written).toMatchObject({ status: 200, body: { put_count: 25, delete_count: 0 } });
    expect(written.body.unprocessed).toEqual({ put: many.slice(25), delete: [] });
  });

  test('of unknown outcome say so', async () => {
    const written = await callWith('batch_write_item', { put }, 'BatchWriteItem', [silentAfter]);

    expect(written).toMatchObject({ status: 503, code: 'OutcomeUnknown', inTime: true });
  });

  test('throttled from the start are 429', async () => {
    const written = await callWith(
      'batch_write_item',
      { put },
      'BatchWriteItem',
      Array(9).fill(THROTTLED),
    );

    expect(written).toMatchObject({ status: 429, code: 'Throttled' });
  });
});

test('a walk whose later page fails returns what was found', async () => {
  const put = Array.from({ length: 6 }, (_, n) => ({ PK: 'WALK', SK: `ITEM#${n}` }));
  await direct.call('batch_write_item', { put });
  let pages = 0;
  proxy.always('Query', async (exchange) => {
    if (pages++ > 0) return silentBefore(exchange);
    const { status, headers, body } = await exchange.execute();
    exchange.response.writeHead(status, headers).end(body);
  });

  const found = await service.call('query', { key: { PK: 'WALK' }, limit: 2, max_items: 6 });

  expect(found).toMatchObject({
    status: 200,
    body: { count: 2, last_evaluated_key: { PK: 'WALK', SK: 'ITEM#1' } },
  });
});

describe('when DynamoDB cannot be reached', () => {
  test.each([
    ['a refused connection', 'http://127.0.0.1:1', 503, 'StorageUnavailable'],
    ['a name that does not resolve', 'http://dynamodb.invalid', 503, 'StorageUnavailable'],
  ])('%s, also for writes: nothing was sent', async (_what, endpoint, status, code) => {
    const cut = await startService({
      endpoint,
      table: service.table,
      environment: { REQUEST_DEADLINE_MS: String(DEADLINE_MS) },
    });

    const read = await cut.call('get_item', { key: { PK: 'a', SK: 'b' } });
    const written = await cut.call('update_item', { key: { PK: 'a', SK: 'b' }, add: { v: 1 } });
    const health = await cut.request('/health');
    await cut.close();

    expect(read).toMatchObject({ status, body: { code, retryable: true } });
    expect(written).toMatchObject({ status, body: { code, retryable: true } });
    expect(health.status).toBe(200);
  });
});

describe('while the table cannot be described', () => {
  const key = { PK: 'FAULTS', SK: 'NONE' };

  test('a request that does not fit costs the others nothing', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    proxy.reset();
    proxy.always('DescribeTable', THROTTLED);

    const refused = await service.call('get_item', { key: { ...key, X: 1 } });
    const others = await Promise.all([1, 2, 3].map(() => service.call('get_item', { key })));

    expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('many such requests have it described once', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    proxy.reset();

    const refused = await Promise.all(
      Array.from({ length: 20 }, () => service.call('get_item', { key: { X: 1 } })),
    );

    expect(refused.map(({ status }) => status)).toEqual(Array(20).fill(400));
    expect(proxy.arrived.filter((name) => name === 'DescribeTable')).toHaveLength(1);
  });
});
