import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, METHODS } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { StartError } from '../../src/errors.ts';
import { createLogger, droppedLines } from '../../src/observability/logger.ts';
import { createSampler } from '../../src/observability/telemetry/sampler.ts';
import { openTelemetry } from '../../src/observability/telemetry/telemetry.ts';
import { remoteParent, traceIdIn } from '../../src/observability/telemetry/trace-context.ts';
import { listen } from '../support/listen.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { mcpRequest, postMcp } from '../support/mcp-http.ts';
import { type Collector, startCollector } from '../support/otlp-collector.ts';
import { readPrometheusText } from '../support/prometheus-text.ts';
import { sendRaw } from '../support/raw-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';
import { killProcesses, startProcess } from '../support/service-process.ts';
import { INITIALIZE, startStdio } from '../support/stdio-process.ts';

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
const KEY = { PK: 'TELEMETRY', SK: 'ITEM' };
const TRACEPARENT = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;

afterEach(killProcesses);

describe('the listener of metrics', () => {
  let service: TestService;
  let url: string;

  beforeAll(async () => {
    service = await startService({ environment: { METRICS_PORT: '0' } });
    url = service.metricsUrl ?? '';
  });

  afterAll(() => service.close());

  test('is on this machine alone, and tells only metrics', async () => {
    const base = url.replace('/metrics', '');

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${url}?a=b`)).status).toBe(200);
    expect((await fetch(`${base}/`)).status).toBe(404);
    expect((await fetch(`${base}/metrics/`)).status).toBe(404);
    const refused = await fetch(url, { method: 'POST', body: 'a=1' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await service.request('/metrics')).status).toBe(404);
  });

  test('tells a page nothing, be it from elsewhere or by a name of its own', async () => {
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(url, { headers })).status;

    expect(await statusWith({ origin: 'https://example.com' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'same-origin' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'none' })).toBe(200);
  });

  test('ends with the service', async () => {
    const another = await startService({
      environment: { METRICS_PORT: '0' },
      table: service.table,
    });
    const { metricsUrl = '' } = another;
    expect((await fetch(metricsUrl)).status).toBe(200);

    await another.close();

    await expect(fetch(metricsUrl)).rejects.toThrow();
  });

  test('is refused a port that is taken', async () => {
    const { port } = new URL(url);

    await expect(
      startService({ environment: { METRICS_PORT: port }, table: service.table }),
    ).rejects.toThrow(
      new StartError(
        `Cannot listen on 127.0.0.1:${port}: another process listens there. Set METRICS_PORT to another port, as in METRICS_PORT=${Number(port) + 1}.`,
      ),
    );
  });

  test('no caller makes up series', async () => {
    const before = (await series(url)).length;
    const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
    const words = fc.sample(word, 40);

    for (const [at, text] of words.entries()) {
      const id = encodeURIComponent(text);
      await service.request(`/${id}?${id}`);
      await service.request(`/tools/${id}`, { method: 'POST', body: '{}' });
      await service.call('get_item', { key: { PK: text, SK: text }, table: text });
      await sendRaw(
        service.url,
        `${METHODS[at]} /${id} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
      );
      for (const era of ERAS) {
        await postMcp(service.url, mcpRequest(era, 'tools/call', { name: text, arguments: {} }));
        await postMcp(service.url, mcpRequest(era, text, {}));
        await postMcp(service.url, mcpRequest(era, 'resources/read', { uri: `dynamodb://${id}` }));
      }
    }

    const after = await series(url);
    // Of histograms, each of whose series is 16 lines, and counters: one of each kind of refusal.
    expect(after.length - before).toBeLessThan(16 * 25);
    const methods = new Set(after.flatMap(({ labels }) => labels.http_request_method ?? []));
    expect(methods).toContain('_OTHER');
    expect(methods.size).toBeLessThanOrEqual(8);
    const told = JSON.stringify(after.map(({ labels }) => Object.values(labels)));
    for (const text of words.filter(({ length }) => length > 8)) expect(told).not.toContain(text);
  });
});

async function series(url: string) {
  const families = readPrometheusText(await (await fetch(url)).text());
  return families.flatMap(({ samples }) => samples);
}

test.each<[string, Record<string, string>]>([
  ['nothing asks', {}],
  ['it is disabled', { METRICS_PORT: '0', ...COLLECTOR, OTEL_SDK_DISABLED: 'true' }],
  [
    'the exporters are none',
    { ...COLLECTOR, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
  ],
])('there is no telemetry where %s', async (_when, environment) => {
  const config = parseConfig(environment, { local: true });

  expect(await openTelemetry(config, createLogger({ level: 'info', environment: 'test' }))).toBe(
    undefined,
  );
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!hasPromtool)(
  'promtool finds nothing wrong with the metrics (needs Debian’s prometheus)',
  async () => {
    const service = await startService({ environment: { METRICS_PORT: '0' } });
    await service.call('get_item', { key: KEY });
    const input = await (await fetch(service.metricsUrl ?? '')).text();

    const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });

    expect(checked).toMatchObject({ status: 0, stderr: '' });
    await service.close();
  },
);

describe('a process', () => {
  let table: string;
  let collector: Collector;

  beforeAll(async () => {
    table = await newTable();
    collector = await startCollector();
  });

  afterAll(() => collector.close());

  const start = (environment: Record<string, string>) =>
    startProcess([], {
      environment: {
        AWS_ACCESS_KEY_ID: 'dummy',
        AWS_SECRET_ACCESS_KEY: 'dummy',
        DYNAMODB_ENDPOINT_URL: inject('engine').endpoint,
        DYNAMODB_TABLE_NAME: table,
        ...environment,
      },
    });

  const call = (url: string) =>
    fetch(`${url}/tools/get_item`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: KEY }),
    });

  test('honours the standard variables, and sends what is left when it ends', async () => {
    const service = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a%20b',
      OTEL_RESOURCE_ATTRIBUTES: 'team=ours,service.name=other',
      OTEL_SERVICE_NAME: 'mine',
    });
    await call(await service.url());
    service.signal('SIGTERM');
    await service.exit();

    const span = await collector.span('POST /tools/get_item');
    expect(span.resource).toMatchObject({ 'service.name': 'mine', team: 'ours' });
    expect([...collector.metrics]).toEqual(
      expect.arrayContaining(['http.server.request.duration', 'process.cpu.time']),
    );
    expect(collector.requests.at(-1)).toMatchObject({ 'x-team': 'a b' });
  });

  test('speaks protobuf too', async () => {
    const service = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
    await call(await service.url());
    service.signal('SIGTERM');
    await service.exit();

    const told = collector.bodies.join();
    expect(told).toContain('POST /tools/get_item');
    expect(told).toContain('http.server.request.duration');
    expect(collector.requests.at(-1)?.['content-type']).toBe('application/x-protobuf');
  });

  test('is not disturbed by a collector that is down, and says so once', async () => {
    const service = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
      OTEL_BSP_SCHEDULE_DELAY: '5',
    });
    const url = await service.url();
    await call(url);
    const said = /^Metrics or traces could not be handed on$/;
    await service.logged(said);
    expect((await call(url)).status).toBe(200);
    const signalled = performance.now();
    service.signal('SIGTERM');

    const { code } = await service.exit();

    expect(code).toBe(0);
    expect(performance.now() - signalled).toBeLessThan(5_000);
    expect(service.logs().filter(({ message }) => said.test(String(message)))).toHaveLength(1);
  });

  test('does not wait for a collector that never answers when it ends', async () => {
    const silent = createServer(() => {});
    const endpoint = `http://127.0.0.1:${await listen(silent)}`;
    const service = start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    await call(await service.url());
    const signalled = performance.now();
    service.signal('SIGTERM');

    const { code } = await service.exit();

    expect(code).toBe(0);
    expect(performance.now() - signalled).toBeLessThan(5_000);
    silent.closeAllConnections();
    silent.close();
    await once(silent, 'close');
  });
});

test('stdio does not wait for such a collector either', async () => {
  const silent = createServer(() => {});
  const endpoint = `http://127.0.0.1:${await listen(silent)}`;
  const stdio = startStdio({
    table: await newTable(),
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  });
  await stdio.ask(1, 'initialize', INITIALIZE);
  const ended = performance.now();

  expect(await stdio.end()).toEqual({ code: 0, signal: null });

  expect(performance.now() - ended).toBeLessThan(5_000);
  silent.closeAllConnections();
  silent.close();
});

describe('sampling', () => {
  const sampler = (environment: Record<string, string>) =>
    createSampler(
      parseConfig({ API_KEYS: `a:${'a1'.repeat(32)}`, ...environment }, { local: false }),
    );
  const share = (environment: Record<string, string>) => {
    const sample = sampler(environment);
    return Array.from({ length: 4_000 }, () => sample(undefined)).filter(Boolean).length / 4_000;
  };
  const above = (traceFlags: number, traceId = 'ab'.repeat(16)) => ({
    traceId,
    spanId: 'cd'.repeat(8),
    traceFlags,
  });

  test.each<[Record<string, string>, number]>([
    [{}, 1],
    [{ ENVIRONMENT: 'production' }, 0.1],
    [{ ENVIRONMENT: 'production', OTEL_TRACES_SAMPLER_ARG: '0.5' }, 0.5],
    [{ ENVIRONMENT: 'production', OTEL_TRACES_SAMPLER: 'always_on' }, 1],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
  ])('%j records %d of the traces that begin here', (environment, expected) => {
    expect(share(environment)).toBeCloseTo(expected, 1);
  });

  test('what is based on the parent follows it', () => {
    const sample = sampler({ OTEL_TRACES_SAMPLER_ARG: '0.5' });

    expect([sample(above(1)), sample(above(0))]).toEqual([true, false]);
  });

  test('what goes by the trace’s id decides as others do', () => {
    const sample = sampler({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });

    expect(sample(above(0, `${'00'.repeat(15)}01`))).toBe(true);
    expect(sample(above(1, 'ff'.repeat(4) + '00'.repeat(12)))).toBe(false);
  });
});

test('only what W3C calls a parent is one', () => {
  const parent = remoteParent(TRACEPARENT, 'vendor=state');
  const others = fc.oneof(
    fc.string(),
    fc.constant(undefined),
    fc.integer(),
    fc.constant([TRACEPARENT]),
  );

  expect(parent && traceIdIn(parent)).toBe('ab'.repeat(16));
  expect(remoteParent(`${TRACEPARENT.replace(/^00/, '01')}-more`, 3)).toBeDefined();
  fc.assert(fc.property(others, (given) => remoteParent(given, given) === undefined));
});

test('dropped lines are counted', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'telemetry-'));
  const fifo = path.join(folder, 'log');
  spawnSync('mkfifo', [fifo]);
  const log = createLogger(
    { level: 'info', environment: 'test' },
    openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK),
  );

  for (let line = 0; line < 6_000; line++) log.info('x'.repeat(1_000));

  expect(droppedLines(log)).toBeGreaterThan(1_000);
  expect(droppedLines(log)).toBeLessThan(6_000);
  await rm(folder, { recursive: true });
});
