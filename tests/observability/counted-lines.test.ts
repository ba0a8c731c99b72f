import { execFileSync } from 'node:child_process';
import { closeSync, constants, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { LOG_PATTERNS } from '../../infrastructure/lib/observability/log-patterns.ts';
import { readPattern } from '../../infrastructure/tests/support/filter-pattern.ts';
import { logDefect } from '../../src/http/error-replies.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { exception, type FaultProxy, resetAfter, startFaultProxy } from '../support/fault-proxy.ts';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';
import { linesDuring, linesOfDefect } from '../support/log-lines.ts';
import { startService, type TestService } from '../support/service.ts';

const KEY = { PK: 'COUNTED', SK: 'LINES' };
const ROLES = {
  reader: { grants: [{ items: '*', tools: ['get_item'] }] },
  rare: { grants: [{ items: '*', tools: ['get_item'] }], limits: { requests: '1/h' } },
};

let proxy: FaultProxy;
let service: TestService;
let guarded: GuardedService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { MAX_ATTEMPTS: '2', REQUEST_DEADLINE_MS: '2000' },
  });
  guarded = await startGuarded(ROLES, {
    policy: { audit: { required: true } },
    environment: { AUDIT_FILE: '/dev/full' },
  });
});

afterAll(async () => {
  await guarded.close();
  await service.close();
  await proxy.close();
});

type Metric = keyof typeof LOG_PATTERNS;

/** What a metric counts among lines: value and dimension of each line that its pattern matches. */
function counted(metric: Metric, lines: JsonObject[]): [value: unknown, dimension?: unknown][] {
  const { pattern, value, ...more } = LOG_PATTERNS[metric];
  const of = (line: JsonObject) => (value === '1' ? 1 : line[value.slice(2)]);
  return lines
    .filter(readPattern(pattern))
    .map((line) => ('dimension' in more ? [of(line), line[more.dimension]] : [of(line)]));
}

const increment = () => service.call('update_item', { key: KEY, add: { n: 1 }, upsert: true });

test.each([
  ['OutcomeUnknown', 'UpdateItem', increment, resetAfter],
  ['Throttled', 'UpdateItem', increment, exception('ProvisionedThroughputExceededException')],
  ['StorageMisconfigured', 'UpdateItem', increment, exception('AccessDeniedException')],
])(
  '%s is counted once, whatever else is said of the call',
  async (code, operation, call, fault) => {
    proxy.reset();
    proxy.always(operation, fault);

    const lines = await linesDuring(service, call);
    proxy.reset();

    expect(lines.length).toBeGreaterThan(1);
    expect(counted('Failures', lines)).toEqual([[1, code]]);
  },
);

test('a defect in a tool is counted', async () => {
  const lines = await linesOfDefect(service);

  expect(counted('Failures', lines)).toEqual([[1, 'InternalError']]);
  expect(counted('ToolFaults', lines)).toEqual([[1, 'get_item']]);
});

test('a defect outside of the tools is counted', () => {
  const lines: JsonObject[] = [];
  const log = createLogger(
    { level: 'info', environment: 'test' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );

  // Nothing is known that a caller could do to meet one.
  logDefect(log, new TypeError('a defect'), { id: 'r-1' } as FastifyRequest);

  expect(counted('Failures', lines)).toEqual([[1, 'InternalError']]);
});

test('writes without an audit are counted, and the line of the audit is not', async () => {
  const put = () => guarded.as('admin', 'put_item', { item: KEY });
  await expect.poll(async () => (await put()).body.code).toBe('AuditUnavailable');

  const lines = await linesDuring(guarded, put);

  expect(lines.map(({ logger }) => logger).sort()).toEqual(['audit', 'dynamodb-mcp']);
  expect(counted('Failures', lines)).toEqual([[1, 'AuditUnavailable']]);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['without a key', () => guarded.call('get_item', { key: KEY }), 'Unauthenticated'],
  ['without a key over MCP', () => guarded.request('/mcp', { method: 'POST' }), 'Unauthenticated'],
  [
    'of a page',
    () => guarded.call('get_item', {}, { headers: { origin: 'https://elsewhere.example' } }),
    'Forbidden',
  ],
  ['beyond the role', () => guarded.as('reader', 'put_item', { item: KEY }), 'Forbidden'],
])('a refusal is counted once: %s', async (_what, call, code) => {
  const lines = await linesDuring(guarded, call);

  expect(counted('Refusals', lines)).toEqual([[1]]);
  expect(counted('Failures', lines)).toEqual([[1, code]]);
});

test('a call beyond a limit is counted as a refusal', async () => {
  const get = () => guarded.as('rare', 'get_item', { key: KEY });
  await get();

  const lines = await linesDuring(guarded, get);

  expect(counted('Refusals', lines)).toEqual([[1]]);
  expect(counted('Failures', lines)).toEqual([[1, 'RateLimited']]);
});

test('calls that succeed have a duration and a capacity, and are no failure', async () => {
  const lines = await linesDuring(service, async () => {
    await service.call('put_item', { item: { ...KEY, n: 1 } });
    await service.call('get_item', { key: KEY });
    await service.call('get_item', { key: {} });
  });

  const tools = (metric: Metric) => counted(metric, lines).map(([, tool]) => tool);
  expect(tools('ToolDuration')).toEqual(['put_item', 'get_item', 'get_item']);
  expect(tools('ToolCapacity')).toEqual(['put_item', 'get_item']);
  expect(counted('ToolDuration', lines)).not.toContainEqual([expect.any(String)]);
  expect(counted('Failures', lines)).toEqual([[1, 'ValidationError']]);
  for (const metric of ['Refusals', 'ToolFaults', 'DroppedLines'] as const) {
    expect(counted(metric, lines)).toEqual([]);
  }
});

test('dropped lines are counted by their number', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'counted-'));
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const descriptor = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const log = createLogger({ level: 'info', environment: 'test' }, descriptor);
  for (let line = 0; line < 25_000; line++) log.info({ line }, 'x'.repeat(200));

  let output = '';
  const reader = createReadStream(fifo, { encoding: 'utf8' }).on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => /^.*"dropped".*\n/m.test(output), { timeout: 10_000 }).toBe(true);
  reader.destroy();
  closeSync(descriptor);
  rmSync(folder, { recursive: true });

  const lines = output
    .trimEnd()
    .split('\n')
    .map((line): JsonObject => JSON.parse(line));
  const [[dropped] = []] = counted('DroppedLines', lines);
  expect(Number(dropped)).toBe(25_000 - lines.length + 1);
  expect(counted('DroppedLines', lines)).toHaveLength(1);
});
