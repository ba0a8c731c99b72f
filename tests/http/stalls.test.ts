import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import {
  exception,
  type Fault,
  type FaultProxy,
  silentBefore,
  slow,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

const key = { PK: 'STALL', SK: 'ITEM' };

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MAX_IN_FLIGHT: '4', MAX_QUEUE: '4', REQUEST_DEADLINE_MS: '5000' },
  });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

test('/ready says that DynamoDB hangs, also when the service is full of calls to it', async () => {
  proxy.always('GetItem', silentBefore);
  proxy.always('DescribeTable', silentBefore);
  const calls = Array.from({ length: 12 }, () => service.call('get_item', { key }));
  const started = performance.now();

  await expect
    .poll(async () => (await service.request('/ready')).status, { timeout: 7_000 })
    .toBe(503);

  expect(performance.now() - started).toBeLessThan(7_000);
  await Promise.all(calls);
});

test('a service that is full is ready while DynamoDB answers', async () => {
  await expect
    .poll(async () => (await service.request('/ready')).status, { timeout: 7_000 })
    .toBe(200);
  proxy.always('GetItem', slow(2_500));
  const calls = Array.from({ length: 12 }, () => service.call('get_item', { key }));
  const sent = () => proxy.arrived.filter((operation) => operation === 'GetItem').length;
  // One of the calls before, given up by now, may still arrive.
  await expect.poll(sent).toBeGreaterThanOrEqual(4);

  const ready = await service.request('/ready');

  expect(ready.status).toBe(200);
  await Promise.all(calls);
});

test('a wait that would pass the deadline is given up at once, with the real error', async () => {
  const patient: Fault = (exchange) => {
    exchange.response.setHeader('x-amz-retry-after', '60000');
    return exception('ThrottlingException')(exchange);
  };
  proxy.always('GetItem', patient);
  const started = performance.now();

  const got = await service.call('get_item', { key });

  expect(got).toMatchObject({ status: 429, body: { code: 'Throttled', retryable: true } });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(proxy.arrived).toEqual(['GetItem']);
});

test('an unfinished upload does not keep the service from stopping', async () => {
  const stopping = await startService({ environment: { REQUEST_DEADLINE_MS: '30000' } });
  const { hostname, port } = new URL(stopping.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    'POST /tools/put_item HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
  );
  await once(socket, 'connect');
  await stopping.request('/health');
  const started = performance.now();

  await stopping.close();

  expect(performance.now() - started).toBeLessThan(5_000);
  socket.destroy();
});

test('garbage in a later request does not take the place of an earlier answer', async () => {
  proxy.always('GetItem', slow(300));
  const body = JSON.stringify({ key });
  const head = 'POST /tools/get_item HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\n';
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (data) => {
    text += data;
  });

  socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  socket.write(`${head}transfer-encoding: chunked\r\n\r\nGARBAGE\r\n`);
  await once(socket, 'close');

  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(['200', '400']);
});
