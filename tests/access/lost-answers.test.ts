import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { expectFailure } from '../support/failures.ts';
import {
  type Fault,
  type FaultProxy,
  resetAfter,
  resetBefore,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';
import { startService, type TestService } from '../support/service.ts';

/** Writes of a role, whose conditions are the guard's own, when answers are lost. */

const KEY = { PK: 'A#1', SK: '1' };
const MINE = { ...KEY, kind: 'a' };
const OTHERS = { ...KEY, kind: 'z', note: 'OTHERS' };

let proxy: FaultProxy;
let service: GuardedService;
let direct: TestService;

beforeAll(async () => {
  const items = { PK: 'A#*', kind: 'a' };
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startGuarded(
    {
      owner: { grants: [{ items, tools: '*' }] },
      creator: { grants: [{ items, tools: '*', write: { create_only: true } }] },
      mover: {
        grants: [
          {
            items,
            tools: '*',
            write: { replace: true, transitions: { status: { open: ['done'] } } },
          },
        ],
      },
    },
    { endpoint: proxy.endpoint },
  );
  direct = await startService({ table: service.table });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await direct.close();
  await proxy.close();
});

const put = (item: object) => direct.call('put_item', { item });
const stored = async () => (await direct.call('get_item', { key: KEY })).body.item;

/** Executes the call; before the answer is lost somebody else writes. */
const resetAfterOthers: Fault = async (exchange) => {
  await exchange.execute();
  await put(OTHERS);
  await resetBefore(exchange);
};

test.each([
  ['owner', MINE, { ...MINE, note: 'x' }],
  ['creator', undefined, { ...MINE, note: 'x' }],
  // What was put may not be put over what was put.
  ['mover', { ...MINE, status: 'open' }, { ...MINE, status: 'done' }],
])('a put of %s is repeated, and done', async (role, before, item) => {
  await direct.call('delete_item', { key: KEY });
  if (before) await put(before);
  proxy.inject('PutItem', resetAfter);

  const reply = await service.as(role, 'put_item', { item });

  expect([reply.status, await stored()]).toEqual([200, item]);
  expect(proxy.executed.filter((name) => name === 'PutItem')).toHaveLength(2);
});

test('a delete is repeated, and done', async () => {
  await put(MINE);
  proxy.inject('DeleteItem', resetAfter);

  const reply = await service.as('owner', 'delete_item', { key: KEY });

  expect([reply.status, await stored()]).toEqual([200, null]);
});

test.each([
  ['owner', MINE],
  ['creator', undefined],
])('of a put of %s nobody knows where somebody came in between', async (role, before) => {
  await direct.call('delete_item', { key: KEY });
  if (before) await put(before);
  proxy.inject('PutItem', resetAfterOthers);

  const reply = await service.as(role, 'put_item', { item: { ...MINE, note: 'x' } });

  expectFailure(reply, 'OutcomeUnknown', reply.body.error);
  expect(reply.text).not.toContain('OTHERS');
  expect(await stored()).toEqual(OTHERS);
});

test('nor of a delete', async () => {
  await put(MINE);
  proxy.inject('DeleteItem', resetAfterOthers);

  const reply = await service.as('owner', 'delete_item', { key: KEY });

  expect(reply.body.code).toBe('OutcomeUnknown');
  expect(reply.text).not.toContain('OTHERS');
  expect(await stored()).toEqual(OTHERS);
});

test.each([
  ['put_item', 'PutItem', { item: MINE, expected: { kind: 'a' } }],
  ['update_item', 'UpdateItem', { key: KEY, updates: { note: 'x' } }],
  ['delete_item', 'DeleteItem', { key: KEY, expected: { kind: 'a' } }],
])('a %s with conditions of the caller’s is done once', async (tool, operation, body) => {
  await put(MINE);
  proxy.inject(operation, resetAfter);

  const reply = await service.as('owner', tool, body);

  expect(reply.body.code).toBe('OutcomeUnknown');
  expect(proxy.executed.filter((name) => name === operation)).toHaveLength(1);
});
