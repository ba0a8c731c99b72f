import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { TOOLS } from '../../src/tools/registry.ts';
import { VERSION } from '../../src/version.ts';
import { expectFailure, expectInvalid } from '../support/failures.ts';
import { exception, startFaultProxy } from '../support/fault-proxy.ts';
import { chunked, sendRaw } from '../support/raw-http.ts';
import { reserveRelay } from '../support/relay.ts';
import { type Reply, startService, type TestService } from '../support/service.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const KEY = { PK: 'ROUTES', SK: 'ITEM' };

let service: TestService;

beforeAll(async () => {
  service = await startService({ environment: { MAX_BODY_BYTES: '102400' } });
});

afterAll(() => service.close());

/** Posts bytes as they are. */
function post(
  tool: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return service.request(`/tools/${tool}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body,
  });
}

async function storedItem(key: object) {
  return (await service.call('get_item', { key, consistent_read: true })).body.item;
}

describe('status routes', () => {
  test('/ tells what this is', async () => {
    const reply = await service.request('/');

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      service: 'dynamodb-mcp-server',
      status: 'running',
      version: VERSION,
      table: service.table,
    });
  });

  test('/ is a page for browsers without a console, which loads nothing', async () => {
    const plain = await startService({ table: service.table, environment: { CONSOLE: 'false' } });
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

    const reply = await fetch(plain.url, { headers });
    const text = await reply.text();

    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain(`<b>${service.table}</b>`);
    expect(text).toContain(`${plain.url}/mcp`);
    expect(text).not.toContain('src=');
    await plain.close();
  });

  test('/health is exactly what it always was', async () => {
    const reply = await service.request('/health');

    expect(reply.status).toBe(200);
    expect(reply.text).toBe(
      `{"status":"healthy","service":"dynamodb-mcp-server","table":"${service.table}"}`,
    );
  });

  test('/ready checks the table', async () => {
    const ready = await service.request('/ready');
    const elsewhere = await startService({ table: 'no-such-table' });
    const unready = await elsewhere.request('/ready');
    await elsewhere.close();

    const { table } = service;
    const names = { service: 'dynamodb-mcp-server' };
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', ...names, table }]);
    expect([unready.status, unready.body]).toEqual([
      503,
      { status: 'unavailable', ...names, table: 'no-such-table' },
    ]);
  });

  test('a service that has started stays so, and asks DynamoDB nothing for it', async () => {
    const proxy = await startFaultProxy(inject('engine').endpoint);
    const started = await startService({ endpoint: proxy.endpoint, table: service.table });
    const before = (await started.request('/health/started')).status;
    let asked = 0;
    proxy.always('DescribeTable', (exchange) => {
      asked += 1;
      return exception('InternalServerError', 500)(exchange);
    });

    // The answer of a check of the table is remembered for two seconds.
    await vi.waitFor(async () => expect((await started.request('/ready')).status).toBe(503), {
      timeout: 5_000,
      interval: 200,
    });
    const askedForReady = asked;
    const after = (await started.request('/health/started')).status;
    await started.close();
    await proxy.close();

    expect([before, after]).toEqual([200, 200]);
    expect(asked).toBe(askedForReady);
  });

  test('the service lives without DynamoDB and recovers by itself', async () => {
    const relay = await reserveRelay(inject('engine').endpoint);
    const lonely = await startService({
      endpoint: relay.endpoint,
      table: service.table,
      environment: { MAX_ATTEMPTS: '1' },
    });

    expect((await lonely.request('/health')).status).toBe(200);
    expect((await lonely.request('/ready')).status).toBe(503);
    const starting = await lonely.request('/health/started');
    expectFailure(
      await lonely.call('get_item', { key: KEY }),
      'StorageUnavailable',
      'DynamoDB or the table cannot be reached at the moment.',
    );
    await relay.open();
    const { status } = await lonely.call('get_item', { key: KEY });
    await vi.waitFor(async () => expect((await lonely.request('/ready')).status).toBe(200), {
      timeout: 5_000,
      interval: 200,
    });
    const started = await lonely.request('/health/started');
    await lonely.close();
    await relay.close();
    const names = { service: 'dynamodb-mcp-server', table: service.table };
    expect(status).toBe(200);
    expect([starting.status, starting.body]).toEqual([503, { status: 'starting', ...names }]);
    expect([started.status, started.body]).toEqual([200, { status: 'started', ...names }]);
  });
});

describe('routes and methods', () => {
  test.each([
    ['GET', '/nope'],
    ['POST', '/tools/nope'],
    ['POST', '/tools/'],
    ['GET', '/tools'],
    ['POST', '/tools/put_item/more'],
    ['POST', '/tools/constructor'],
    ['GET', '/__proto__'],
    ['GET', '///'],
    ['GET', '/health/../nope'],
    ['DELETE', '/nope?a=b'],
  ])('%s %s is 404', async (method, path) => {
    const reply = await service.request(path, { method });

    expectFailure(reply, 'NotFound', 'There is no such route.');
  });

  test('a trailing slash is nothing', async () => {
    const paths = ['/health/', '/ready/', '/openapi.json/', '//'];
    const replies = await Promise.all(paths.map((path) => service.request(path)));
    const got = await service.call('get_item/', { key: KEY });

    expect([...replies, got].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test.each([
    ['POST', '/health', 'GET, HEAD'],
    ['DELETE', '/health?x=1', 'GET, HEAD'],
    ['OPTIONS', '/ready', 'GET, HEAD'],
    ['PUT', '/', 'GET, HEAD'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
    ['GET', '/tools/put_item', 'POST'],
    ['DELETE', '/tools/delete_item', 'POST'],
    ['PUT', '/tools/query?x', 'POST'],
    ['PUT', '/tools/query/?x', 'POST'],
    ['PROPFIND', '/tools/query', 'POST'],
  ])('%s %s is 405 and allows %s', async (method, path, allow) => {
    const reply = await service.request(path, { method });

    const use = allow.replace(', ', ' or ');
    expectFailure(reply, 'MethodNotAllowed', `Use ${use} for this route.`);
    expect(reply.headers.get('allow')).toBe(allow);
  });

  test('a wrong method is 405 whatever its body is', async () => {
    const put = (type: string, body: string) =>
      service.request('/tools/query', { method: 'PUT', headers: { 'content-type': type }, body });

    expect((await put('text/plain', 'x')).status).toBe(405);
    expect((await put('application/json', '{')).status).toBe(405);
  });
});

describe('content types', () => {
  const notJson = 'Send the body with "Content-Type: application/json".';

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'json', '*/*'])(
    '%s is 415',
    async (type) => {
      const reply = await post('get_item', JSON.stringify({ key: KEY }), { 'content-type': type });

      expectFailure(reply, 'UnsupportedMediaType', notJson);
    },
  );

  test('a body of no type is 415', async () => {
    const body = new Blob([JSON.stringify({ key: KEY })]);

    const reply = await service.request('/tools/get_item', { method: 'POST', body });

    expectFailure(reply, 'UnsupportedMediaType', notJson);
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;x=y'])(
    '%s is JSON',
    async (type) => {
      const reply = await post('get_item', JSON.stringify({ key: KEY }), { 'content-type': type });

      expect([reply.status, reply.text]).toEqual([200, '{"success":true,"item":null}']);
    },
  );

  test('a compressed body is 415', async () => {
    const body = gzipSync(JSON.stringify({ key: KEY }));

    const reply = await post('get_item', body, { 'content-encoding': 'gzip' });

    expectFailure(reply, 'UnsupportedMediaType', 'The body must not be compressed.');
  });
});

describe('bodies', () => {
  test.each([
    '{',
    '{"key":}',
    '{"key":{}}}',
    "{'key':{}}",
    '{"key":01}',
    '{"key":NaN}',
    '{"a":1,}',
    'nul',
    '\0',
    '"\t"',
  ])('%j is not JSON', async (body) => {
    const reply = await post('get_item', body);

    expectInvalid(reply, '', 'The body is not valid JSON.');
  });

  test.each(['[]', '[{}]', '"text"', '1', '1e400', '12345678901234567890', 'true'])(
    '%s is not an object',
    async (body) => {
      const reply = await post('get_item', body);

      expectInvalid(reply, '', 'The request must be a JSON object.');
    },
  );

  test.each([
    ['a stray byte', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a cut character', Buffer.from('{"a":"€"}').subarray(0, 7)],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1')],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff{"key":{}}', 'utf16le')],
  ])('%s is not UTF-8', async (_name, body) => {
    const reply = await post('get_item', new Uint8Array(body));

    expectInvalid(reply, '', 'The body is not valid UTF-8.');
  });

  test('a body can be nested too deeply to be read', async () => {
    const body = `${'{"key":'.repeat(9_000)}1e1${'}'.repeat(9_000)}`;

    expectInvalid(await post('get_item', body), '', 'The body is nested too deeply.');
  });

  test('a byte order mark is ignored', async () => {
    const reply = await post('get_item', `\ufeff${JSON.stringify({ key: KEY })}`);

    expect([reply.status, reply.body]).toEqual([200, { success: true, item: null }]);
  });

  test.each(TOOLS.map(({ name }) => name))('%s takes an empty body as {}', async (tool) => {
    const empty = { method: 'POST', body: '' };
    const untyped = await service.request(`/tools/${tool}`, { method: 'POST' });
    const typed = await service.request(`/tools/${tool}`, { ...empty, headers: JSON_TYPE });
    const object = await service.call(tool, {});

    const complete = tool === 'describe_table' || tool === 'scan';
    expect(object.status).toBe(complete ? 200 : 400);
    for (const reply of [untyped, typed]) {
      expect(reply.status).toBe(object.status);
      expect({ ...reply.body, request_id: 0 }).toEqual({ ...object.body, request_id: 0 });
    }
  });

  test('of a repeated member the last wins', async () => {
    const first = await post(
      'put_item',
      '{"item":{},"item":{"PK":"ROUTES","PK":"ROUTES","SK":"DUP","v":1,"v":2,"m":{"a":1,"a":[]}}}',
    );
    const exact = await post(
      'put_item',
      '{"item":{"PK":"ROUTES","SK":"DUP1","v":12345678901234567890,"v":1,"w":1,"w":1e-99}}',
    );

    expect([first.status, exact.status]).toEqual([200, 200]);
    expect(await storedItem({ PK: 'ROUTES', SK: 'DUP' })).toEqual({
      PK: 'ROUTES',
      SK: 'DUP',
      v: 2,
      m: { a: [] },
    });
    expect(await storedItem({ PK: 'ROUTES', SK: 'DUP1' })).toMatchObject({ v: 1, w: 1e-99 });
  });

  test('replies are compact JSON', async () => {
    await service.call('put_item', { item: { PK: 'ROUTES', SK: 'COMPACT', v: [1, { a: null }] } });

    const { text } = await service.call('get_item', { key: { PK: 'ROUTES', SK: 'COMPACT' } });

    expect(text.replaceAll(/\s/g, '')).toBe(text);
    expect(text).toContain('"v":[1,{"a":null}]');
  });
});

describe('fields', () => {
  test('null for an optional field means absent, and so do empty maps', async () => {
    const key = { PK: 'ROUTES', SK: 'NULLS' };
    const conditions = { expected: null, condition_expression: null };
    const names = { expression_names: {}, expression_values: {} };

    const put = await service.call('put_item', {
      item: key,
      create_only: null,
      ...conditions,
      ...names,
      return_old: null,
    });
    const query = await service.call('query', {
      key_condition: null,
      key: { PK: 'ROUTES' },
      sort_key: { eq: 'NULLS' },
      index_name: null,
      filter_expression: null,
      ...names,
      limit: null,
      max_items: null,
      scan_index_forward: null,
      consistent_read: null,
      select: null,
      last_evaluated_key: null,
    });

    expect([put.status, put.body]).toEqual([200, { success: true }]);
    expect(query.body).toEqual({
      success: true,
      items: [key],
      count: 1,
      scanned_count: 1,
      last_evaluated_key: null,
    });
  });

  test('null for a required field is its absence', async () => {
    const reply = await service.call('get_item', { key: null });

    expectFailure(reply, 'ValidationError', 'The request is not valid: key is required.', {
      issues: [{ path: 'key', message: 'is required' }],
    });
  });

  test.each(TOOLS.map(({ name, examples }) => ({ name, request: examples[0].request })))(
    '$name names the fields it does not have',
    async ({ name, request }) => {
      const unknown = { ConsistentRead: true, constructor: 1, toString: {} };

      const reply = await service.call(name, { ...request, ...unknown });

      const message = `is not a field of ${name}`;
      const fields = Object.keys(unknown);
      const named = fields.map((field) => `${field} ${message}`).join('; ');
      expectFailure(reply, 'ValidationError', `The request is not valid: ${named}.`, {
        issues: fields.map((path) => ({ path, message })),
      });
    },
  );

  test.each(TOOLS.map(({ name }) => name))('%s has no field __proto__', async (tool) => {
    const reply = await post(tool, '{"__proto__":{"key":{"PK":"a","SK":"b"}}}');

    expectInvalid(reply, '__proto__', 'is not a field of any tool');
  });

  const carried = 'an attribute named "__proto__" cannot be accepted';
  test.each([
    ['put_item', '{"item":{"PK":"a","SK":"b","__proto__":1}}', 'item.__proto__', carried],
    [
      'put_item',
      '{"item":{"PK":"a","SK":"b","m":[{"__proto__":1}]}}',
      'item.m[0].__proto__',
      carried,
    ],
    [
      'put_item',
      '{"item":{"PK":"a","SK":"b","m":{"$ddb":{"M":{"__proto__":{"S":"x"}}}}}}',
      'item.m.M.__proto__',
      carried,
    ],
    [
      'put_item',
      '{"item":{"PK":"a","SK":"b"},"expected":{"__proto__":1}}',
      'expected.__proto__',
      carried,
    ],
    ['get_item', '{"key":{"PK":"a","SK":"b","__proto__":1}}', 'key.__proto__', carried],
    [
      'update_item',
      '{"key":{"PK":"a","SK":"b"},"updates":{"__proto__":1}}',
      'updates.__proto__',
      carried,
    ],
    ['update_item', '{"key":{"PK":"a","SK":"b"},"remove":["__proto__"]}', 'remove[0]', carried],
    ['query', '{"key":{"PK":"a","__proto__":1}}', 'key.__proto__', carried],
    ['scan', '{"last_evaluated_key":{"__proto__":1}}', 'last_evaluated_key.__proto__', carried],
  ])('%s refuses %s', async (tool, body, path, message) => {
    expectInvalid(await post(tool, body), path, message);
  });

  test.each([
    ['query', '{"key":{"PK":"a"},"sort_key":{"eq":"b","__proto__":1}}', 'sort_key'],
    ['scan', '{"expression_values":{"__proto__":1}}', 'expression_values'],
    ['scan', '{"expression_names":{"__proto__":"a"}}', 'expression_names'],
  ])('%s does not overlook the member in %s', async (tool, body, field) => {
    const { status, body: reply } = await post(tool, body);

    expect(status).toBe(400);
    expect(reply.error).toContain(field);
  });
});

describe('headers', () => {
  test.each(['abc', 'A-b_9', 'x'.repeat(64)])('x-request-id %s is kept', async (id) => {
    const headers = { 'x-request-id': id };

    const success = await service.call('get_item', { key: KEY }, { headers });
    const failure = await service.call('get_item', {}, { headers });
    const unknown = await service.request('/nope', { headers });

    expect(success.headers.get('x-request-id')).toBe(id);
    expect([failure.body.request_id, unknown.body.request_id]).toEqual([id, id]);
    expect([failure, unknown].map((reply) => reply.headers.get('x-request-id'))).toEqual([id, id]);
  });

  test.each(['', 'a b', 'a.b', 'a, b', 'é', '<b>', 'x'.repeat(65)])(
    'x-request-id %j is replaced',
    async (id) => {
      const reply = await service.request('/nope', { headers: { 'x-request-id': id } });

      expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      expectFailure(reply, 'NotFound', 'There is no such route.');
    },
  );

  /** The headers that tell what a call did at DynamoDB. */
  function trail({ headers }: Reply) {
    return [headers.get('x-attempts'), headers.get('x-consumed-capacity')];
  }

  test('replies that touched DynamoDB tell attempts and capacity', async () => {
    const item = { PK: 'ROUTES', SK: 'TRAIL' };

    expect(trail(await service.call('put_item', { item }))).toEqual(['1', '1']);
    expect(trail(await service.call('get_item', { key: item }))).toEqual(['1', '0.5']);
    expect(trail(await service.call('describe_table'))).toEqual(['2', '0']);
    const failure = await service.call('put_item', { item, create_only: true });
    expect(failure.status).toBe(409);
    expect(trail(failure)).toEqual([expect.stringMatching(/^[12]$/), expect.stringMatching(/^\d/)]);
  });

  test('replies that did not touch it tell nothing', async () => {
    const replies = [
      await service.request('/health'),
      await service.request('/nope'),
      await service.call('get_item', {}),
      await post('get_item', '{'),
    ];

    expect(replies.map(trail)).toEqual(replies.map(() => [null, null]));
  });

  test('attempts count retries, also when all of them failed', async () => {
    const proxy = await startFaultProxy(inject('engine').endpoint);
    const flaky = await startService({
      endpoint: proxy.endpoint,
      table: service.table,
      environment: { MAX_ATTEMPTS: '2' },
    });
    await flaky.call('describe_table');

    proxy.inject('GetItem', exception('InternalServerError', 500));
    const recovered = await flaky.call('get_item', { key: KEY });
    proxy.always('GetItem', exception('InternalServerError', 500));
    const failed = await flaky.call('get_item', { key: KEY });
    await flaky.close();
    await proxy.close();

    expect([recovered.status, ...trail(recovered)]).toEqual([200, '2', '0.5']);
    expect([failed.status, ...trail(failed)]).toEqual([503, '2', '0']);
  });
});

describe('large bodies', () => {
  const megabytes = 6 * 1_048_576;
  const tooLarge = 'The body is larger than the service accepts.';
  const head = (path: string, ...headers: string[]) =>
    [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', ...headers, '', ''].join(
      '\r\n',
    );

  /** Sends a large body both ways; both replies must arrive. */
  async function sendLarge(url: string, path: string): Promise<Reply[]> {
    const length = head(path, `Content-Length: ${megabytes}`);
    return [
      await sendRaw(url, length, Buffer.alloc(megabytes, ' ')),
      await sendRaw(url, head(path, 'Transfer-Encoding: chunked'), ...chunked(megabytes)),
      await service.request('/health'),
    ];
  }

  test('a body of the largest size is read', async () => {
    const item = { PK: 'ROUTES', SK: 'LARGE' };
    const body = JSON.stringify({ item });

    expect((await post('put_item', body.padEnd(102_400))).status).toBe(200);
    expectFailure(await post('put_item', body.padEnd(102_401)), 'TooLarge', tooLarge);
  });

  test('a 413 arrives as a reply, not as a reset', async () => {
    const [length, chunks, health] = await sendLarge(service.url, '/tools/put_item');

    if (!length || !chunks) throw new Error('No reply');
    expectFailure(length, 'TooLarge', tooLarge);
    expectFailure(chunks, 'TooLarge', tooLarge);
    expect(health?.status).toBe(200);
  });

  test('a 401 arrives', async () => {
    const locked = await startService({
      table: service.table,
      environment: { MAX_BODY_BYTES: '102400', API_KEYS: `me:${'0'.repeat(64)}` },
    });

    const replies = await sendLarge(locked.url, '/tools/put_item');
    await locked.close();

    expect(replies.map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  test('a 404 and a 405 arrive', async () => {
    const unknown = await sendLarge(service.url, '/nope');
    const wrong = await sendLarge(service.url, '/health');

    expect(unknown.map(({ status }) => status)).toEqual([404, 404, 200]);
    expect(wrong.map(({ status }) => status)).toEqual([405, 405, 200]);
  });
});

describe('malformed HTTP', () => {
  const lines = (...head: string[]) => [...head, '', ''].join('\r\n');
  const notHttp = 'This is not a valid HTTP request.';
  const postHead = ['POST /tools/scan HTTP/1.1', 'Host: x', 'Content-Type: application/json'];

  test.each([
    ['garbage', lines('\u0001\u0002 garbage'), notHttp],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', notHttp],
    ['an unknown method', lines('FETCH /health HTTP/1.1', 'Host: x'), notHttp],
    ['an unknown version', lines('GET /health HTTP/9.9', 'Host: x'), notHttp],
    ['a header without a colon', lines('GET /health HTTP/1.1', 'Host: x', 'oops'), notHttp],
    ['two lengths', lines(...postHead, 'Content-Length: 2', 'Transfer-Encoding: chunked'), notHttp],
    ['a negative length', lines(...postHead, 'Content-Length: -1'), notHttp],
    ['a bad chunk', `${lines(...postHead, 'Transfer-Encoding: chunked')}zz\r\n`, notHttp],
    [
      'large headers',
      lines('GET / HTTP/1.1', `A: ${'a'.repeat(20_000)}`),
      'The headers are too large.',
    ],
    ['no host', lines('GET /health HTTP/1.1'), expect.any(String)],
    ['a broken path', lines('GET /%zz HTTP/1.1', 'Host: x'), 'The path is not valid.'],
    ['a cut escape', lines('POST /tools/% HTTP/1.1', 'Host: x'), 'The path is not valid.'],
    ['a path that is not UTF-8', lines('GET /%ff HTTP/1.1', 'Host: x'), 'The path is not valid.'],
  ])('%s is answered in the shape of the contract', async (_name, bytes, error) => {
    const reply = await sendRaw(service.url, Buffer.from(bytes, 'latin1'));

    expectFailure(reply, 'ValidationError', error, { issues: [{ path: '', message: error }] });
  });

  test('two hosts are refused', async () => {
    const reply = await sendRaw(service.url, lines('GET / HTTP/1.1', 'Host: x', 'host: y'));

    expectFailure(reply, 'ValidationError', 'A request must have exactly one Host header.', {
      issues: [{ path: '', message: 'A request must have exactly one Host header.' }],
    });
  });

  test('an expectation that is unknown is no reason for another shape', async () => {
    const reply = await sendRaw(
      service.url,
      lines('GET /health HTTP/1.1', 'Host: x', 'Expect: wonders', 'Connection: close'),
    );

    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('the service goes on', async () => {
    expect((await service.request('/health')).status).toBe(200);
  });
});
