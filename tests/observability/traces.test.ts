import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { exception, type FaultProxy, resetAfter, startFaultProxy } from '../support/fault-proxy.ts';
import { startGuarded } from '../support/guarded-service.ts';
import { ERAS } from '../support/mcp-clients.ts';
import { sendMcp } from '../support/mcp-http.ts';
import { type Collector, startCollector } from '../support/otlp-collector.ts';
import { newTable, startService, type TestService } from '../support/service.ts';
import { waitFor } from '../support/service-process.ts';
import { INITIALIZE, startStdio } from '../support/stdio-process.ts';

const KEY = { PK: 'TRACES', SK: 'SECRET-KEY' };
const BY_KEY = { key_condition: 'PK = :pk', expression_values: { ':pk': KEY.PK } };
const TRACE = 'ab'.repeat(16);
const CALLER = 'cd'.repeat(8);
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;
const TRACE_ID = /^[\da-f]{32}$/;

let collector: Collector;
let proxy: FaultProxy;
let service: TestService;

const traced = () => ({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
  OTEL_BSP_SCHEDULE_DELAY: '10',
});

beforeAll(async () => {
  collector = await startCollector();
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { ...traced(), REQUEST_DEADLINE_MS: '3000' },
  });
});

afterEach(() => {
  proxy.reset();
  collector.spans.length = 0;
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await collector.close();
});

describe('over REST', () => {
  test('the span of the request is that of the call, with the operation under it', async () => {
    await service.call('put_item', { item: { ...KEY, v: 'secret value' } });
    const write = await collector.span('POST /tools/put_item');
    const operation = await collector.span(`PutItem ${service.table}`);

    expect(write).toMatchObject({
      kind: 'SERVER',
      traceId: expect.stringMatching(TRACE_ID),
      parent: undefined,
      links: [],
      status: 'UNSET',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/tools/put_item',
        'http.response.status_code': 200,
        'url.path': '/tools/put_item',
        'url.scheme': 'http',
      },
      resource: {
        'service.name': 'dynamodb-mcp-server',
        'deployment.environment.name': 'development',
      },
    });
    expect(operation).toMatchObject({
      kind: 'CLIENT',
      traceId: write.traceId,
      parent: write.spanId,
      status: 'UNSET',
      attributes: {
        'db.system.name': 'aws.dynamodb',
        'db.operation.name': 'PutItem',
        'db.collection.name': service.table,
        'aws.dynamodb.table_names': [service.table],
        'aws.request_id': expect.stringMatching(/\S/),
        'aws.dynamodb.consumed_capacity': [expect.stringContaining('"CapacityUnits"')],
      },
    });
    expect(operation.started).toBeGreaterThanOrEqual(write.started);
    expect(operation.ended).toBeGreaterThan(operation.started);
    expect(operation.ended).toBeLessThanOrEqual(write.ended + 1);
    expect(JSON.stringify(collector.spans)).not.toMatch(/secret/i);
  });

  test('the caller’s span is the parent', async () => {
    await service.call('query', BY_KEY, { headers: { traceparent: TRACEPARENT } });

    const span = await collector.span('POST /tools/query', TRACE);

    expect(span.parent).toBe(CALLER);
  });

  test.each([
    ['nothing', ''],
    ['zeros', `00-${'0'.repeat(32)}-${CALLER}-01`],
    ['another version’s end', `00-${TRACE}-${CALLER}-01-more`],
    ['a forbidden version', `ff-${TRACE}-${CALLER}-01`],
    ['capitals', TRACEPARENT.toUpperCase()],
  ])('%s is no parent', async (_what, traceparent) => {
    await service.call('get_item', { key: KEY }, { headers: { traceparent } });

    const span = await collector.span('POST /tools/get_item');

    expect(span.parent).toBeUndefined();
    expect(span.traceId).not.toBe(TRACE);
  });

  test('what the caller does not record is not recorded', async () => {
    const headers = { traceparent: TRACEPARENT.replace(/01$/, '00') };
    await service.call('get_item', { key: KEY }, { headers });
    await service.call('query', BY_KEY);

    await collector.span('POST /tools/query');

    expect(collector.spans.map(({ name }) => name)).not.toContain('POST /tools/get_item');
    expect(service.logs.at(-2)).toMatchObject({ tool: 'get_item', trace_id: TRACE });
  });

  test('a walk has a span for each page', async () => {
    await service.call('query', { ...BY_KEY, max_items: 10 });

    const operation = await collector.span(`Query ${service.table}`);

    expect(operation.attributes).toMatchObject({
      'aws.dynamodb.count': expect.any(Number),
      'aws.dynamodb.scanned_count': expect.any(Number),
    });
  });

  test('lines of the log have the trace’s id', async () => {
    await service.call('get_item', { key: KEY });

    const { traceId } = await collector.span('POST /tools/get_item');

    expect(service.logs.at(-1)).toMatchObject({ tool: 'get_item', trace_id: traceId });
  });

  test('probes have no spans, and unknown paths are not told', async () => {
    await service.request('/health');
    await service.request('/nowhere/secret');

    const span = await collector.span('GET');

    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'http.response.status_code': 404,
      'error.type': 'NotFound',
    });
    expect(collector.spans).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('a refusal has its code, and does not fail the span', async () => {
    await service.call('get_item', { nope: 1 });

    const span = await collector.span('POST /tools/get_item');

    expect(span).toMatchObject({
      status: 'UNSET',
      attributes: { 'http.response.status_code': 400, 'error.type': 'ValidationError' },
    });
  });

  test('a condition that is not met is an answer of DynamoDB', async () => {
    await service.call('put_item', { item: KEY });
    await service.call('put_item', { item: KEY, condition_expression: 'attribute_not_exists(PK)' });

    const operation = await waitFor(() =>
      collector.spans.find(({ kind, attributes }) => kind === 'CLIENT' && attributes['error.type']),
    );

    expect(operation).toMatchObject({
      status: 'UNSET',
      attributes: { 'error.type': 'ConditionalCheckFailed' },
    });
  });

  test('retries are told of the operation', async () => {
    proxy.inject('GetItem', exception('InternalServerError', 500));
    await service.call('get_item', { key: KEY });

    const operation = await collector.span(`GetItem ${service.table}`);

    expect(operation).toMatchObject({
      status: 'UNSET',
      attributes: { 'http.request.resend_count': 1, 'aws.request_id': expect.any(String) },
    });
  });

  test('a failure of DynamoDB fails both spans', async () => {
    proxy.always('GetItem', exception('ResourceNotFoundException'));
    await service.call('get_item', { key: KEY });

    const span = await collector.span('POST /tools/get_item');
    const operation = await collector.span(`GetItem ${service.table}`);

    const failed = { status: 'ERROR', attributes: { 'error.type': 'StorageUnavailable' } };
    expect(span).toMatchObject(failed);
    expect(operation).toMatchObject(failed);
  });

  test('a write of unknown outcome says so', async () => {
    const one = { ...KEY, n: 1 };
    await service.call('put_item', { item: one });
    proxy.always('UpdateItem', resetAfter);
    await service.call('update_item', {
      key: KEY,
      update_expression: 'ADD n :one',
      expression_values: { ':one': 1 },
    });

    const span = await collector.span('POST /tools/update_item');
    const operation = await collector.span(`UpdateItem ${service.table}`);

    const unknown = { status: 'ERROR', attributes: { 'error.type': 'OutcomeUnknown' } };
    expect(span).toMatchObject(unknown);
    expect(operation).toMatchObject(unknown);
  });
});

describe.each(ERAS)('over MCP of %s', (era) => {
  const call = { name: 'get_item', arguments: { key: KEY } };

  test('the HTTP request is the parent of a call that names none', async () => {
    await sendMcp(service.url, era, 'tools/call', call);

    const http = await collector.span('POST /mcp');
    const message = await collector.span('tools/call get_item', http.traceId);
    const operation = await collector.span(`GetItem ${service.table}`, http.traceId);

    expect(message).toMatchObject({
      kind: 'SERVER',
      parent: http.spanId,
      links: [],
      status: 'UNSET',
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'get_item',
        'gen_ai.operation.name': 'execute_tool',
      },
    });
    expect(operation.parent).toBe(message.spanId);
  });

  test('the span that it names is the parent, and the HTTP request is linked', async () => {
    await sendMcp(service.url, era, 'tools/call', { ...call, _meta: { traceparent: TRACEPARENT } });

    const http = await collector.span('POST /mcp');
    const message = await collector.span('tools/call get_item', TRACE);
    const operation = await collector.span(`GetItem ${service.table}`, TRACE);

    expect(message).toMatchObject({ parent: CALLER, links: [http.spanId] });
    expect(operation.parent).toBe(message.spanId);
    expect(http.traceId).not.toBe(TRACE);
  });

  test('a refusal is a tool_error with its code', async () => {
    await sendMcp(service.url, era, 'tools/call', { name: 'get_item', arguments: {} });

    const message = await collector.span('tools/call get_item');

    expect(message).toMatchObject({
      status: 'UNSET',
      attributes: { 'error.type': 'tool_error', 'dynamodb_mcp.error.code': 'ValidationError' },
    });
  });

  test('a failure fails the span', async () => {
    proxy.always('GetItem', exception('ResourceNotFoundException'));
    await sendMcp(service.url, era, 'tools/call', call);

    const message = await collector.span('tools/call get_item');

    expect(message).toMatchObject({
      status: 'ERROR',
      attributes: {
        'error.type': 'tool_error',
        'dynamodb_mcp.error.code': 'StorageUnavailable',
      },
    });
  });

  test('an unknown tool is not named', async () => {
    await sendMcp(service.url, era, 'tools/call', { name: 'secret', arguments: {} });

    const message = await collector.span('tools/call');

    expect(message.attributes).toMatchObject({ 'gen_ai.tool.name': '_OTHER' });
    expect(JSON.stringify(collector.spans)).not.toContain('secret');
  });

  test('a resource is read under its message', async () => {
    await sendMcp(service.url, era, 'resources/read', { uri: 'dynamodb://table' });

    const message = await collector.span('resources/read');
    const operation = await collector.span(`DescribeTable ${service.table}`);

    expect(operation.parent).toBe(message.spanId);
  });
});

test('over stdio a message is the root, or under the span that it names', async () => {
  const table = await newTable();
  const stdio = startStdio({ table, environment: traced() });
  await stdio.ask(1, 'initialize', INITIALIZE);
  const call = { name: 'get_item', arguments: { key: KEY } };
  await stdio.ask(2, 'tools/call', call);
  await stdio.ask(3, 'tools/call', { ...call, _meta: { traceparent: TRACEPARENT } });
  await stdio.end();

  const named = await collector.span('tools/call get_item', TRACE);
  const root = collector.spans.find(
    ({ name, traceId }) => name === 'tools/call get_item' && traceId !== TRACE,
  );
  expect(named).toMatchObject({ parent: CALLER, links: [] });
  expect(root?.parent).toBeUndefined();
  expect((await collector.span(`GetItem ${table}`, TRACE)).parent).toBe(named.spanId);
});

test('the audit has the trace’s id', async () => {
  const guarded = await startGuarded({}, { environment: traced() });
  await guarded.as('admin', 'get_item', { key: KEY });

  const { traceId } = await collector.span('POST /tools/get_item');

  const line = guarded.logs.find(({ kind }) => kind === 'call');
  expect(line).toMatchObject({ tool: 'get_item', trace_id: traceId });
  await guarded.close();
});
