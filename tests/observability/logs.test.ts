import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineServes } from '../support/engine-has.ts';
import {
  exception,
  exceptionAfter,
  type FaultProxy,
  html,
  resetAfter,
  resetBefore,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

const PK = 'PROJECT#test123';
const KEY = { PK, SK: 'EPIC#E001' };
/** Stands for whatever callers store: it must not occur in any line. */
const CONTENT = 'CONFIDENTIAL';

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: {
      LOG_LEVEL: 'trace',
      ENVIRONMENT: 'staging',
      MAX_ATTEMPTS: '2',
      REQUEST_DEADLINE_MS: '5000',
    },
  });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** Calls a tool and returns the lines that carry its request's id, the last one also by itself. */
async function linesOf(id: string, tool: string, body: object) {
  const reply = await service.call(tool, body, { headers: { 'x-request-id': id } });
  const lines = service.logs.filter((line) => line.request_id === id);
  const [outcome = {}] = lines.filter((line) => line.duration_ms !== undefined && line.tool);
  return { reply, lines, outcome };
}

const base = {
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  logger: 'dynamodb-mcp',
  service: 'dynamodb-mcp-server',
  environment: 'staging',
};

describe('the line of a tool call', () => {
  test('has the fields of the contract and no others', async () => {
    await service.call('describe_table');

    const { outcome } = await linesOf('shape', 'put_item', { item: { ...KEY, v: CONTENT } });

    expect(outcome).toEqual({
      ...base,
      level: 'INFO',
      message: 'Item stored successfully: PK=PROJECT#test123, SK=EPIC#E001',
      request_id: 'shape',
      tool: 'put_item',
      principal: 'anonymous',
      status: 200,
      duration_ms: expect.any(Number),
      consumed_capacity: 1,
      attempts: 1,
      count: 1,
    });
  });

  test('is one JSON object on one line, whatever a key holds', async () => {
    const key = { PK: 'a\nb"\u2028', SK: '{"level":"ERROR"}' };

    const { lines, outcome } = await linesOf('lines', 'get_item', { key });

    expect(lines.filter(({ level }) => level === 'INFO')).toEqual([outcome]);
    expect(outcome).toMatchObject({
      message: `Item not found: PK=${key.PK}, SK=${key.SK}`,
      count: 0,
    });
  });

  test('shows the beginning of a long key', async () => {
    const key = { PK: 'p'.repeat(2_000), SK: 's' };

    const { outcome } = await linesOf('long', 'get_item', { key });

    expect(outcome.message).toMatch(/^Item not found: PK=p{128}…, SK=s$/);
  });

  test.each([
    ['put_item', { item: { ...KEY, ['n'.repeat(50_000)]: '\ud800' } }],
    ['get_item', { key: KEY, ['n'.repeat(50_000)]: 1 }],
    [
      'update_item',
      { key: KEY, updates: { ['n'.repeat(50_000)]: 1 }, remove: ['n'.repeat(50_000)] },
    ],
    ['scan', { index_name: 'n'.repeat(50_000) }],
    ['scan', { filter_expression: `:${'n'.repeat(3_000)} = :${'m'.repeat(1_000)}` }],
  ])('of %s stays short, whatever the caller names', async (tool, body) => {
    const { reply, outcome } = await linesOf(randomUUID(), tool, body);

    expect(reply.status).toBe(400);
    expect(reply.text.length).toBeLessThan(4_096);
    expect(JSON.stringify(outcome).length).toBeLessThan(4_096);
  });

  const child = { PK, SK: 'EPIC#E002' };
  test.each([
    ['put_item', { item: child }, 'Item stored successfully: PK=PROJECT#test123, SK=EPIC#E002', 1],
    ['get_item', { key: child }, 'Item retrieved: PK=PROJECT#test123, SK=EPIC#E002', 1],
    [
      'update_item',
      { key: child, updates: { v: 1 } },
      'Item updated successfully: PK=PROJECT#test123, SK=EPIC#E002',
      1,
    ],
    ['query', { key: { PK } }, /\b2\b/, 2],
    ['scan', {}, /\b2\b/, 2],
    ['batch_get_item', { keys: [child, { PK, SK: 'x' }] }, /\b1\b/, 1],
    ['batch_write_item', { put: [{ PK, SK: 'y' }], delete: [{ PK, SK: 'y2' }] }, /\b1\b/, 2],
    [
      'delete_item',
      { key: child },
      'Item deleted successfully: PK=PROJECT#test123, SK=EPIC#E002',
      1,
    ],
    ['describe_table', {}, /^Table described: test-/, undefined],
  ])('of %s says what was done', async (tool, body, message, count) => {
    const { outcome } = await linesOf(`done-${tool}`, tool, body);

    const text = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(outcome).toMatchObject({ level: 'INFO', message: text, tool, status: 200 });
    expect(outcome.count).toBe(count);
  });

  test('of a refusal has its status, its code and the sentence of the reply', async () => {
    const missing = { key: { PK, SK: 'MISSING' }, updates: { v: CONTENT } };

    const { reply, outcome } = await linesOf('refused', 'update_item', missing);

    expect(outcome).toMatchObject({
      ...base,
      level: 'INFO',
      message: reply.body.error,
      request_id: 'refused',
      tool: 'update_item',
      status: 404,
      code: 'ItemNotFound',
      duration_ms: expect.any(Number),
    });
  });

  test('of a failure is an ERROR', async () => {
    proxy.always('GetItem', exception('AccessDeniedException', 400));

    const { outcome } = await linesOf('error', 'get_item', { key: KEY });

    expect(outcome).toMatchObject({ level: 'ERROR', status: 500, code: 'StorageMisconfigured' });
  });
});

describe('faults of DynamoDB', () => {
  test.each([
    [
      'InternalServerError',
      exception('InternalServerError', 500),
      { http_status: 500, throttled: false },
    ],
    [
      'ProvisionedThroughputExceededException',
      exception('ProvisionedThroughputExceededException'),
      { http_status: 400, throttled: true },
    ],
    ['reset', resetBefore, { error_code: 'ECONNRESET', throttled: false }],
  ])('a retry after %s is logged with its reason', async (name, fault, reason) => {
    proxy.inject('GetItem', fault);

    const { lines, outcome } = await linesOf(`retry-${name}`, 'get_item', { key: KEY });

    const warnings = lines.filter(({ level }) => level === 'WARNING');
    expect(warnings).toEqual([
      expect.objectContaining({
        ...base,
        message: expect.stringMatching(/^Retrying Get/),
        tool: 'get_item',
        attempts: 1,
        delay_ms: expect.any(Number),
        ...reason,
      }),
    ]);
    expect(outcome).toMatchObject({ level: 'INFO', status: 200, attempts: 2 });
  });

  test('what DynamoDB said is for the operator, not for the caller', async () => {
    const detail = 'arn:aws:iam::123456789012:role/x is not authorized';
    proxy.always('GetItem', exception('AccessDeniedException', 400, detail));

    const { reply, lines } = await linesOf('detail', 'get_item', { key: KEY });

    expect(lines).toContainEqual(expect.objectContaining({ level: 'WARNING', detail }));
    expect(reply.text).not.toContain('arn:aws');
  });
});

describe('contents', () => {
  const secret = `${CONTENT}-value`;
  const other = { PK, SK: 'SECRET' };
  const condition = {
    condition_expression: 'v = :v',
    expression_values: { ':v': `${CONTENT}-expected` },
  };
  const values = { expression_values: { ':v': secret } };
  const calls: [string, object][] = [
    ['put_item', { item: { ...other, v: secret, m: { deep: [secret] } } }],
    ['put_item', { item: { ...other, v: secret }, create_only: true }],
    ['put_item', { item: { ...other, v: secret }, ...condition }],
    ['put_item', { item: { ...other, v: secret }, expected: { v: `${CONTENT}-expected` } }],
    ['put_item', { item: { ...other, v: secret }, return_old: true }],
    ['put_item', { item: { ...other, GSI1PK: { v: secret } } }],
    ['put_item', { item: { PK, v: secret } }],
    ['put_item', { item: { ...other, v: { $ddb: { N: secret } } } }],
    ['put_item', { item: secret }],
    ['get_item', { key: other }],
    ['get_item', { key: { PK, SK: [secret] } }],
    ['get_item', { key: { ...other, v: secret } }],
    ['get_item', { key: other, consistent_read: secret }],
    ['update_item', { key: other, updates: { v: secret, w: [secret] } }],
    ['update_item', { key: other, updates: { w: secret }, ...condition }],
    ['update_item', { key: other, add: { v: secret } }],
    ['update_item', { key: other, add: { v: 1 } }],
    ['update_item', { key: other, update_expression: `SET v = '${secret}'` }],
    ['update_item', { key: other, update_expression: 'SET v = :v + :v', ...values }],
    ['update_item', { key: { PK, SK: 'NONE' }, updates: { v: secret } }],
    ['query', { key: { PK } }],
    ['query', { key_condition: 'PK = :pk', filter_expression: 'v = :v', ...values }],
    ['query', { key_condition: `PK = '${secret}'` }],
    ['query', { key: { PK }, sort_key: { eq: [secret] } }],
    ['query', { key: { PK }, last_evaluated_key: { PK, SK: 'a', v: secret } }],
    ['scan', { filter_expression: 'v = :v', ...values }],
    ['scan', { filter_expression: `begins_with(v, '${secret}')` }],
    [
      'scan',
      { filter_expression: 'size(:v) > v', expression_values: { ':v': [secret], ':w': secret } },
    ],
    ['batch_get_item', { keys: [other] }],
    ['batch_get_item', { keys: [{ PK, SK: { v: secret } }] }],
    ['batch_write_item', { put: [{ ...other, v: secret }], delete: [{ PK, SK: 'NONE' }] }],
    ['batch_write_item', { put: [{ ...other, v: secret }], delete: [other] }],
    ['delete_item', { key: other, ...condition }],
    ['delete_item', { key: other, return_old: true }],
    ['transact_write_items', { operations: [{ put: { item: { ...other, v: secret } } }] }],
    ['transact_write_items', { operations: [{ delete: { key: other, expected: { v: secret } } }] }],
    ['transact_write_items', { operations: [{ check: { key: other, ...condition } }] }],
    ['transact_get_items', { keys: [{ key: other }] }],
    ['search_vectors', { like: { key: other }, filter: { v: secret } }],
    ['describe_table', {}],
    ['describe_table', { v: secret }],
  ];

  test('are in no line, whether calls succeed or are refused', async () => {
    const statuses: number[] = [];
    const served = calls.filter(([tool]) => engineServes(tool));
    for (const [tool, body] of served) statuses.push((await service.call(tool, body)).status);

    expect(new Set(calls.map(([tool]) => tool)).size).toBe(TOOLS.length);
    expect(new Set(statuses)).toEqual(new Set([200, 400, 404, 409]));
    expect(linesWithContent()).toEqual([]);
  });

  test('are in no line when bodies cannot be read', async () => {
    const send = (body: string, path = '/tools/put_item', type = 'application/json') =>
      service.request(path, { method: 'POST', headers: { 'content-type': type }, body });

    await send(`{"item": ${CONTENT}}`);
    await send(`${CONTENT}`, '/tools/put_item', 'text/plain');
    await send(JSON.stringify(CONTENT));
    await send('{}', `/tools/put_item?v=${CONTENT}`);
    await service.request('/health', { headers: { authorization: `Bearer ${CONTENT}` } });

    expect(linesWithContent()).toEqual([]);
  });

  test.each([
    ['throttling', exception('ThrottlingException')],
    ['a 500 after the write', exceptionAfter('InternalServerError', 500)],
    ['a lost answer', resetAfter],
    ['HTML', html(503)],
  ])('are in no line under %s', async (_name, fault) => {
    for (const operation of ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'Query', 'Scan']) {
      proxy.always(operation, fault);
    }

    const replies = await Promise.all(calls.map(([tool, body]) => service.call(tool, body)));

    expect(replies.filter(({ status }) => status > 409).length).toBeGreaterThan(5);
    expect(linesWithContent()).toEqual([]);
  });

  test('are in no line when a refusal quotes them', async () => {
    const quoting = exception('ValidationException', 400, `Invalid value: ${CONTENT}`);
    proxy.always('PutItem', quoting);

    const { reply, outcome } = await linesOf('quoted', 'put_item', { item: KEY });

    expect(outcome).toMatchObject({ level: 'INFO', status: 400, message: reply.body.error });
    expect(reply.text).not.toContain(CONTENT);
    expect(linesWithContent()).toEqual([]);
  });

  function linesWithContent(): JsonObject[] {
    return service.logs.filter((line) => JSON.stringify(line).includes(CONTENT));
  }
});

describe('levels', () => {
  test('have names that Python programs know', async () => {
    proxy.inject('GetItem', exception('InternalServerError', 500));
    const retried = await linesOf('level-retried', 'get_item', { key: KEY });
    proxy.always('GetItem', exception('AccessDeniedException'));
    const failed = await linesOf('level-failed', 'get_item', { key: KEY });

    const names = new Set([...retried.lines, ...failed.lines].map(({ level }) => level));
    expect([...names].toSorted()).toEqual(['DEBUG', 'ERROR', 'INFO', 'WARNING']);
  });

  test('below LOG_LEVEL are left out', async () => {
    const quiet = await startService({
      table: service.table,
      environment: { LOG_LEVEL: 'Warning' },
    });

    await quiet.call('get_item', { key: KEY });
    await quiet.call('get_item', {});
    await quiet.close();

    expect(quiet.logs).toEqual([]);
  });
});
