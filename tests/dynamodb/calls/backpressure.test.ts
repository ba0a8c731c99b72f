import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type FaultProxy, pass, slow, startFaultProxy } from '../../support/fault-proxy.ts';
import { sendRaw } from '../../support/raw-http.ts';
import { startService, type TestService } from '../../support/service.ts';

let proxy: FaultProxy;
let service: TestService;
const key = { PK: 'PRESSURE', SK: 'ITEM' };

const start = (deadline: string) =>
  startService({
    endpoint: proxy.endpoint,
    environment: { MAX_IN_FLIGHT: '4', MAX_QUEUE: '6', REQUEST_DEADLINE_MS: deadline },
  });

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await start('1000');
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

function load(requests: number, on = service) {
  return Promise.all(Array.from({ length: requests }, () => on.call('get_item', { key })));
}

test('past the limits a request is refused at once, and never more calls are in flight', async () => {
  const patient = await start('10000');
  let inFlight = 0;
  let most = 0;
  const allRefused = Promise.withResolvers<void>();
  proxy.always('GetItem', async (exchange) => {
    most = Math.max(most, ++inFlight);
    // Answers only when the refusals are there: they wait for no answer.
    await allRefused.promise;
    inFlight--;
    await pass(exchange);
  });
  let refusals = 0;

  const replies = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const reply = await patient.call('get_item', { key });
      if (reply.status === 503 && ++refusals === 20) allRefused.resolve();
      return reply;
    }),
  );

  await patient.close();
  const refused = replies.filter(({ status }) => status === 503);
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(refused).toHaveLength(20);
  expect(refused[0]?.body).toMatchObject({ code: 'Overloaded', retryable: true });
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(most).toBe(4);
});

test('what waits in the queue until its deadline is Overloaded; health answers meanwhile', async () => {
  const patient = await start('10000');
  const hasty = await startService({
    table: patient.table,
    gateway: patient.gateway,
    environment: { REQUEST_DEADLINE_MS: '300' },
  });
  const held = Promise.withResolvers<void>();
  proxy.always('GetItem', async (exchange) => {
    await held.promise;
    await pass(exchange);
  });
  const occupying = load(4, patient);
  await expect.poll(() => proxy.arrived.filter((name) => name === 'GetItem')).toHaveLength(4);

  const waiting = load(6, hasty);
  const health = await hasty.request('/health');
  const refused = await waiting;
  held.resolve();
  const answered = await occupying;

  await hasty.close();
  await patient.close();
  expect(health.status).toBe(200);
  expect(refused.map(({ body }) => body.code)).toEqual(Array(6).fill('Overloaded'));
  expect(answered.map(({ status }) => status)).toEqual(Array(4).fill(200));
});

test('after the load everything is answered again', async () => {
  const replies = await load(10);

  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
});

test('a caller that hangs up ends its read, at DynamoDB too', async () => {
  let closed = false;
  proxy.always('GetItem', ({ response }) => {
    response.once('close', () => {
      closed = true;
    });
  });

  const hungUp = fetch(`${service.url}/tools/get_item`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
    signal: AbortSignal.timeout(100),
  });

  await expect(hungUp).rejects.toThrow();
  await expect.poll(() => closed, { timeout: 500 }).toBe(true);
  expect(proxy.arrived.filter((name) => name === 'GetItem')).toHaveLength(1);
});

test('a caller that hangs up does not end a write that was sent', async () => {
  proxy.always('UpdateItem', slow(300));

  const hungUp = fetch(`${service.url}/tools/update_item`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, add: { v: 1 }, upsert: true }),
    signal: AbortSignal.timeout(100),
  });

  await expect(hungUp).rejects.toThrow();
  await expect
    .poll(async () => (await service.call('get_item', { key })).body.item, { timeout: 900 })
    .toEqual({ ...key, v: 1 });
});

test('garbage behind a request does not take the place of its answer', async () => {
  proxy.always('PutItem', slow(200));
  const body = JSON.stringify({ item: { PK: 'PRESSURE', SK: 'PIPELINED' } });
  const head = [
    'POST /tools/put_item HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ].join('\r\n');

  const reply = await sendRaw(service.url, `${head}\r\n\r\n${body}`, 'GARBAGE\r\n\r\n');

  expect(reply).toMatchObject({ status: 200, body: { success: true } });
});

test('a write whose caller hangs up while it waits in the queue is not sent', async () => {
  proxy.always('GetItem', slow(300));
  proxy.always('PutItem', pass);
  const occupied = load(4);
  await expect.poll(() => proxy.arrived.length).toBe(4);

  const hungUp = fetch(`${service.url}/tools/put_item`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ item: { PK: 'PRESSURE', SK: 'NEVER' } }),
    signal: AbortSignal.timeout(100),
  });

  await expect(hungUp).rejects.toThrow();
  await occupied;
  await service.call('get_item', { key });
  expect(proxy.arrived).not.toContain('PutItem');
});
