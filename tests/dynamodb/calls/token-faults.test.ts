import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { engineHas } from '../../support/engine-has.ts';
import {
  exception,
  exceptionAfter,
  type Fault,
  type FaultProxy,
  html,
  pass,
  resetAfter,
  resetBefore,
  silentAfter,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { itemsOf } from '../../support/items.ts';
import { startService, type TestService } from '../../support/service.ts';

const OPERATION = 'TransactWriteItems';
const IN_PROGRESS = exception('TransactionInProgressException');
const MISMATCH = exception('IdempotentParameterMismatchException');

let proxy: FaultProxy;
let service: TestService;
let direct: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { REQUEST_DEADLINE_MS: '4000' },
  });
  direct = await startService({ table: service.table });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await direct.close();
  await proxy.close();
});

/** Answers that the transaction was cancelled for reasons, one for each operation. */
function cancelled(...codes: string[]): Fault {
  return ({ response }) => {
    const body = JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      message: 'arn:aws:dynamodb:us-east-1:123456789012 says no',
      CancellationReasons: codes.map((Code) => ({ Code, Message: 'arn:aws says no' })),
    });
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };
}

const { stored, storedItem } = itemsOf(() => direct, 'TOKENS');
const counter = () => storedItem({ n: 0 });

async function countOf(key: object): Promise<unknown> {
  return ((await stored(key)) as { n: number }).n;
}

describe.skipIf(!engineHas('transactions'))('with transactions', () => {
  const add = (key: { SK: string }, more: object = {}) =>
    service.call('update_item', { key, add: { n: 1 }, idempotency_key: key.SK, ...more });
  const transact = (key: object) =>
    service.call('transact_write_items', { operations: [{ update: { key, add: { n: 1 } } }] });

  const lost: [string, Fault][] = [
    ['a reset before', resetBefore],
    ['a reset after', resetAfter],
    ['a 500 before', exception('InternalServerError', 500)],
    ['a 500 after', exceptionAfter('InternalServerError', 500)],
    ['HTML with 200', html(200)],
    ['HTML with 502', html(502)],
    ['TransactionInProgress', IN_PROGRESS],
    ['a conflict', cancelled('TransactionConflict')],
  ];

  describe.each<[string, (key: { SK: string }) => ReturnType<typeof add>]>([
    ['add with a key', add],
    ['transact_write_items without one', transact],
  ])('%s', (_what, call) => {
    test.each(lost)('after %s is repeated, and applied once', async (_fault, fault) => {
      const key = await counter();
      proxy.inject(OPERATION, fault, fault);

      const done = await call(key);

      expect([done.status, done.headers.get('x-attempts')]).toEqual([200, '3']);
      expect(await countOf(key)).toBe(1);
    });
  });

  test('repetitions have the same bytes and token', async () => {
    const bodies: string[] = [];
    const lose: Fault = async (exchange) => {
      bodies.push(exchange.body);
      await resetAfter(exchange);
    };
    const keep: Fault = async (exchange) => {
      bodies.push(exchange.body);
      await pass(exchange);
    };
    const key = await counter();
    proxy.inject(OPERATION, lose, lose, keep, keep);

    await add(key, { expected: { n: 0 } });
    await add(key, { expected: { n: 0 } });

    expect(bodies).toHaveLength(4);
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '').ClientRequestToken).toMatch(/^[\w-]{36}$/);
    expect(await countOf(key)).toBe(1);
  });

  test('an answer that is lost every time is OutcomeUnknown, and found out by the same call', async () => {
    const key = await counter();
    proxy.always(OPERATION, resetAfter);

    const unknown = await add(key);
    proxy.reset();
    const known = await add(key);

    expect([unknown.status, unknown.body.code, unknown.body.retryable]).toEqual([
      503,
      'OutcomeUnknown',
      true,
    ]);
    expect(unknown.headers.get('retry-after')).toBeNull();
    expect(known.status).toBe(200);
    expect(await countOf(key)).toBe(1);
  });

  test('without a key of the caller the same is not retryable', async () => {
    const key = await counter();
    proxy.always(OPERATION, resetAfter);

    const { body } = await transact(key);

    expect([body.code, body.retryable]).toEqual(['OutcomeUnknown', false]);
    expect(await countOf(key)).toBe(1);
  });

  test('silence until the deadline is OutcomeUnknown', async () => {
    const key = await counter();
    proxy.inject(OPERATION, silentAfter);

    const { body } = await add(key);

    expect([body.code, body.retryable]).toEqual(['OutcomeUnknown', true]);
  });

  test('a transaction in progress is waited for until the deadline, and a Conflict then', async () => {
    const key = await counter();
    proxy.always(OPERATION, IN_PROGRESS);

    const { body } = await add(key);

    expect([body.code, body.retryable]).toEqual(['Conflict', true]);
    expect(proxy.arrived.filter((name) => name === OPERATION).length).toBeGreaterThan(4);
    expect(await countOf(key)).toBe(0);
  });

  test('a condition that is not met settles what an earlier attempt left open', async () => {
    const key = await counter();
    proxy.inject(OPERATION, resetBefore, cancelled('ConditionalCheckFailed'));

    const { body } = await service.call('put_item', {
      item: key,
      expected: { n: 7 },
      idempotency_key: 'settled',
    });

    expect(body.code).toBe('ConditionalCheckFailed');
  });

  test('a mismatch after a lost answer is not the fault of the caller', async () => {
    const key = await counter();
    proxy.inject(OPERATION, resetAfter, MISMATCH);

    const { body } = await add(key);

    expect([body.code, body.retryable]).toEqual(['OutcomeUnknown', true]);
  });

  test.each<[string, string[], string, string, boolean]>([
    ['conflicts', ['TransactionConflict', 'None'], 'TransactionCanceled', 'Conflict', true],
    [
      'throttling',
      ['None', 'ThrottlingError', 'ProvisionedThroughputExceeded'],
      'TransactionCanceled',
      'Throttled',
      true,
    ],
    [
      'a conflict and a condition',
      ['TransactionConflict', 'ConditionalCheckFailed'],
      'TransactionCanceled',
      'Conflict',
      false,
    ],
    ['too large', ['ItemCollectionSizeLimitExceeded'], 'TooLarge', 'TooLarge', false],
    ['not valid', ['None', 'ValidationError'], 'ValidationError', 'ValidationError', false],
    ['something new', ['SomethingNew'], 'TransactionCanceled', 'StorageError', false],
  ])('%s without end', async (_what, codes, code, _kind, retryable) => {
    const key = await counter();
    proxy.always(OPERATION, cancelled(...codes));

    const { body, text } = await service.call('transact_write_items', {
      operations: [
        { update: { key, add: { n: 1 } } },
        { delete: { key: { PK: 'TOKENS', SK: 'NONE' } } },
        { delete: { key: { PK: 'TOKENS', SK: 'NO' } } },
      ],
    });

    expect([body.code, body.retryable]).toEqual([code, retryable]);
    const told = codes
      .map((name, index) => ({ index, code: name }))
      .filter((r) => r.code !== 'None');
    expect(body.reasons).toMatchObject(told);
    expect(text).not.toContain('arn:');
    expect(await countOf(key)).toBe(0);
  });
});
