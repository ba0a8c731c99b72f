import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { INSTRUMENTS } from '../../src/observability/telemetry/instruments.ts';
import { engineHas } from '../support/engine-has.ts';
import { exception, silentBefore, startFaultProxy } from '../support/fault-proxy.ts';
import { keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { sendMcp } from '../support/mcp-http.ts';
import { type Family, readPrometheusText, type Sample } from '../support/prometheus-text.ts';
import { newTable, startService, type TestService } from '../support/service.ts';
import { waitFor } from '../support/service-process.ts';
import { INITIALIZE, startStdio } from '../support/stdio-process.ts';
import { newVectorTable, vectorIndex } from '../support/vector-table.ts';

const environment = { METRICS_PORT: '0' };
const KEY = { PK: 'METRICS', SK: 'ITEM' };

async function scrape({ metricsUrl = '' }: Pick<TestService, 'metricsUrl'>): Promise<Family[]> {
  const response = await fetch(metricsUrl);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readPrometheusText(await response.text());
}

/** The samples of a metric with these labels among theirs. */
function samples(families: Family[], name: string, labels: Record<string, string> = {}): Sample[] {
  return families
    .flatMap((family) => family.samples)
    .filter((sample) => sample.name === name)
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
}

function totalOf(families: Family[], name: string, labels: Record<string, string> = {}) {
  return samples(families, name, labels).reduce((sum, { value }) => sum + value, 0);
}

describe('a service that was called', () => {
  let service: TestService;
  let families: Family[];

  beforeAll(async () => {
    service = await startService({ environment });
    await service.call('put_item', { item: { ...KEY, v: 1 } });
    await service.call('get_item', { key: KEY });
    await service.call('get_item', { key: KEY });
    await service.call('get_item', { nope: 1 });
    await service.call('put_item', { item: KEY, condition_expression: 'attribute_not_exists(PK)' });
    await service.request('/nowhere/secret');
    await sendMcp(service.url, '2026-07-28', 'tools/call', {
      name: 'get_item',
      arguments: { key: KEY },
    });
    await sendMcp(service.url, '2025-11-25', 'tools/call', { name: 'get_item', arguments: {} });
    await sendMcp(service.url, '2026-07-28', 'tools/list');
    families = await scrape(service);
  });

  afterAll(() => service.close());

  test('tells its requests by method, route, status and error', () => {
    const count = (labels: Record<string, string>) =>
      totalOf(families, 'http_server_request_duration_seconds_count', labels);

    expect({
      read: count({ http_route: '/tools/get_item', http_response_status_code: '200' }),
      refused: count({ http_route: '/tools/get_item', error_type: 'ValidationError' }),
      failed: count({ http_route: '/tools/put_item', error_type: 'ConditionalCheckFailed' }),
      mcp: count({ http_route: '/mcp', http_request_method: 'POST' }),
      unknown: samples(families, 'http_server_request_duration_seconds_count', {
        error_type: 'NotFound',
      }).map(({ labels }) => labels),
    }).toEqual({
      read: 2,
      refused: 1,
      failed: 1,
      mcp: 3,
      unknown: [
        {
          http_request_method: 'GET',
          http_response_status_code: '404',
          url_scheme: 'http',
          error_type: 'NotFound',
        },
      ],
    });
  });

  test('tells MCP requests by method, tool and error', () => {
    const rows = samples(families, 'mcp_server_operation_duration_seconds_count').map(
      ({ labels, value }) => ({ ...labels, value }),
    );

    expect(rows).toEqual(
      expect.arrayContaining([
        { mcp_method_name: 'tools/call', gen_ai_tool_name: 'get_item', value: 1 },
        {
          mcp_method_name: 'tools/call',
          gen_ai_tool_name: 'get_item',
          error_type: 'tool_error',
          value: 1,
        },
        { mcp_method_name: 'tools/list', value: 1 },
      ]),
    );
  });

  test('tells operations of DynamoDB by operation, table and error', () => {
    const of = { db_system_name: 'aws.dynamodb', db_collection_name: service.table };
    const name = 'db_client_operation_duration_seconds_count';

    expect({
      reads: totalOf(families, name, { ...of, db_operation_name: 'GetItem' }),
      writes: totalOf(families, name, { ...of, db_operation_name: 'PutItem' }),
      failed: totalOf(families, name, { ...of, error_type: 'ConditionalCheckFailed' }),
    }).toEqual({ reads: 3, writes: 2, failed: 1 });
  });

  test('tells tool calls by tool, transport and code', () => {
    const rows = samples(families, 'dynamodb_mcp_tool_calls_total').map(
      ({ labels: { tool, transport, code }, value }) => [tool, transport, code, value],
    );

    expect(rows).toEqual(
      expect.arrayContaining([
        ['put_item', 'rest', 'ok', 1],
        ['get_item', 'rest', 'ok', 2],
        ['get_item', 'rest', 'ValidationError', 1],
        ['put_item', 'rest', 'ConditionalCheckFailed', 1],
        ['get_item', 'mcp', 'ok', 1],
        ['get_item', 'mcp', 'ValidationError', 1],
      ]),
    );
    expect(rows).toHaveLength(6);
  });

  test('tells consumed capacity by table and kind', () => {
    const name = 'dynamodb_mcp_consumed_capacity_total';

    expect(totalOf(families, name, { table: service.table, kind: 'read' })).toBe(1.5);
    expect(totalOf(families, name, { table: service.table, kind: 'write' })).toBeGreaterThan(0);
  });

  test.skipIf(!engineHas('vector search'))(
    'tells the bytes of searched vectors by themselves',
    async () => {
      const table = await newVectorTable(vectorIndex('BY_MEANING', 'embedding'));
      const searched = await startService({ environment, table });
      await searched.call('put_item', { item: { ...KEY, embedding: [1, 0, 0] } });
      const { body } = await searched.call('search_vectors', { vector: [1, 0, 0] });
      const bytes = totalOf(await scrape(searched), 'dynamodb_mcp_consumed_capacity_total', {
        kind: 'vector_bytes',
      });
      await searched.close();

      expect(body.searched_bytes).toBeGreaterThan(0);
      expect(bytes).toBe(body.searched_bytes);
    },
  );

  test('tells of the process by the names of the conventions', () => {
    const [target] = samples(families, 'target_info');

    expect(target?.labels).toMatchObject({
      service_name: 'dynamodb-mcp-server',
      deployment_environment_name: 'development',
    });
    expect(totalOf(families, 'process_memory_usage_bytes')).toBeGreaterThan(1e7);
    expect(
      totalOf(families, 'process_cpu_time_seconds_total', { cpu_mode: 'user' }),
    ).toBeGreaterThan(0);
    expect(totalOf(families, 'nodejs_eventloop_delay_p99_seconds')).toBeGreaterThan(0);
    expect(totalOf(families, 'nodejs_eventloop_utilization_ratio')).toBeGreaterThan(0);
    expect(totalOf(families, 'v8js_memory_heap_used_bytes')).toBeGreaterThan(1e6);
    expect(totalOf(families, 'dynamodb_mcp_log_dropped_lines_total')).toBe(0);
    expect(totalOf(families, 'dynamodb_mcp_storage_in_flight')).toBe(0);
  });

  test('has buckets from 1 ms to 10 s', () => {
    const bounds = samples(families, 'http_server_request_duration_seconds_bucket', {
      http_route: '/mcp',
      http_response_status_code: '200',
    }).map(({ labels }) => labels.le);

    expect(bounds).toEqual(
      '0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf'.split(' '),
    );
  });

  test('has no label that the table of instruments does not know', () => {
    const known = new Set(
      Object.values(INSTRUMENTS).flatMap(({ labels }) =>
        labels.map((name) => name.replaceAll('.', '_')),
      ),
    );
    const used = families
      .filter(({ name }) => name !== 'target_info')
      .flatMap((family) => family.samples.flatMap(({ labels }) => Object.keys(labels)));

    expect(new Set(used.filter((name) => name !== 'le' && !known.has(name)))).toEqual(new Set());
  });
});

test('retries are counted, by whether DynamoDB throttled', async () => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  const service = await startService({ environment, endpoint: proxy.endpoint });
  proxy.inject('GetItem', exception('InternalServerError', 500));
  await service.call('get_item', { key: KEY });
  proxy.inject('GetItem', exception('ProvisionedThroughputExceededException'));
  await service.call('get_item', { key: KEY });

  const families = await scrape(service);

  const rows = samples(families, 'dynamodb_mcp_storage_retries_total');
  expect(
    rows.map(({ labels: { operation, reason }, value }) => [operation, reason, value]),
  ).toEqual([
    ['GetItem', 'other', 1],
    ['GetItem', 'throttled', 1],
  ]);
  await service.close();
  await proxy.close();
});

test('calls in flight and waiting are told while they are', async () => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  const service = await startService({
    environment: { ...environment, MAX_IN_FLIGHT: '1', REQUEST_DEADLINE_MS: '5000' },
    endpoint: proxy.endpoint,
  });
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  proxy.inject('GetItem', async ({ execute, response }) => {
    await gate;
    const { status, headers, body } = await execute();
    response.writeHead(status, headers).end(body);
  });
  const calls = [1, 2, 3].map(() => service.call('get_item', { key: KEY }));
  await waitFor(() => proxy.arrived.includes('GetItem') || undefined);

  const families = await scrape(service);

  go();
  await Promise.all(calls);
  expect(totalOf(families, 'dynamodb_mcp_storage_in_flight')).toBe(1);
  expect(totalOf(families, 'dynamodb_mcp_storage_queued')).toBe(2);
  await service.close();
  await proxy.close();
});

test('a caller that hangs up is told as that, without a status', async () => {
  const proxy = await startFaultProxy(inject('engine').endpoint);
  const service = await startService({ environment, endpoint: proxy.endpoint });
  proxy.always('GetItem', silentBefore);
  const caller = new AbortController();
  const call = service.call('get_item', { key: KEY }, { signal: caller.signal });
  await waitFor(() => proxy.arrived.includes('GetItem') || undefined);
  caller.abort();
  await expect(call).rejects.toThrow();
  await waitFor(() => service.logs.find(({ hung_up }) => hung_up));

  const families = await scrape(service);

  const [sample] = samples(families, 'http_server_request_duration_seconds_count', {
    http_route: '/tools/get_item',
  });
  expect(sample?.labels).toEqual({
    http_request_method: 'POST',
    http_route: '/tools/get_item',
    url_scheme: 'http',
    error_type: 'hung_up',
  });
  await service.close();
  await proxy.close();
});

test('refused calls are told by role and key, as they are configured', async () => {
  const service = await startGuarded(
    { reader: { grants: [{ items: '*', tools: ['get_item'] }] } },
    { environment },
  );
  await service.as('reader', 'put_item', { item: KEY });
  await service.as('reader', 'get_item', { key: KEY });
  await service.call('get_item', { key: KEY }, { headers: { authorization: 'Bearer nobody' } });

  const families = await scrape(service);

  expect(samples(families, 'dynamodb_mcp_refused_calls_total')).toEqual([
    expect.objectContaining({
      labels: { code: 'Forbidden', role: 'reader', api_key: 'reader' },
      value: 1,
    }),
  ]);
  expect(JSON.stringify(families)).not.toContain(keyOfRole('reader'));
  await service.close();
});

test('over stdio there are the same metrics', async () => {
  const stdio = startStdio({ table: await newTable(), environment });
  await stdio.ask(1, 'initialize', INITIALIZE);
  await stdio.ask(2, 'tools/call', { name: 'get_item', arguments: { key: KEY } });
  const metricsUrl = /Metrics are at (\S+)"/.exec(stdio.stderr())?.[1];

  const families = await scrape({ metricsUrl });

  expect(
    samples(families, 'dynamodb_mcp_tool_calls_total').map(({ labels, value }) => ({
      ...labels,
      value,
    })),
  ).toEqual([{ tool: 'get_item', transport: 'stdio', code: 'ok', value: 1 }]);
  expect(
    totalOf(families, 'mcp_server_operation_duration_seconds_count', {
      mcp_method_name: 'initialize',
    }),
  ).toBe(1);
  expect(await stdio.end()).toEqual({ code: 0, signal: null });
});

test('docs/observability.md lists every metric with its labels', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/observability.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z_.0-9]+)` \| (\S*) \| (.*?) \| (.*?) \|$/gm)].map(
    ([, name, unit, labels, text]) => ({ name, unit, labels: labels?.replaceAll('`', ''), text }),
  );

  expect(rows).toEqual(
    Object.values(INSTRUMENTS).map(({ name, unit, labels, description }) => ({
      name,
      unit: `\`${unit}\``,
      labels: labels.join(', '),
      text: description,
    })),
  );
});
