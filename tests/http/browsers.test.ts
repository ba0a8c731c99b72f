import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mcpRequest } from '../support/mcp-http.ts';
import { sendRaw } from '../support/raw-http.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

type Headers = Record<string, string>;

const KEY = 'alice-secret-key';
const API_KEYS = `alice:${createHash('sha256').update(KEY).digest('hex')}`;
const FOREIGN_HOST =
  'The service is not known by the name in Host; its operator can add it to ALLOWED_HOSTS.';
const FOREIGN_PAGE =
  'Pages of this origin may not call the service; its operator can add it to ALLOWED_ORIGINS.';

let table: string;

beforeAll(async () => {
  table = await newTable();
});

/** A service with settings of its own, for the tests around. */
function startWith(environment: Headers): () => TestService {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ table, environment });
  });
  afterAll(() => service.close());
  return () => service;
}

/** Sends a request as it stands, Host included, on a connection of its own. */
function send({ url }: TestService, route: string, headers: Headers, body = '') {
  const all = {
    host: 'localhost:8002',
    ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return sendRaw(url, `${route} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

const scan = (service: TestService, headers: Headers) =>
  send(service, 'POST /tools/scan', headers, '{}');

describe('with no setting', () => {
  const service = startWith({});

  test.each<[string, Headers]>([
    ['a program', {}],
    ['a program, by any name', { host: 'evil.example' }],
    ["Node's fetch", { host: '10.0.0.1', 'sec-fetch-mode': 'cors' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a page of this machine over IPv6', { origin: 'http://[::1]:3000', host: '[::1]:8002' }],
    ['a page of the service', { origin: 'http://localhost:8002', 'sec-fetch-site': 'same-origin' }],
    ['the same without Origin', { 'sec-fetch-site': 'same-origin' }],
    ['a person', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ])('%s is served', async (_who, headers) => {
    const { status, body } = await scan(service(), headers);

    expect([status, body.success]).toEqual([200, true]);
  });

  test.each<[string, Headers, string]>([
    ['a foreign page', { origin: 'https://evil.example' }, FOREIGN_PAGE],
    ['a sandboxed page', { origin: 'null' }, FOREIGN_PAGE],
    ['a page of no origin', { origin: '' }, FOREIGN_PAGE],
    ['a name that begins alike', { origin: 'http://localhost.evil.example' }, FOREIGN_PAGE],
    ['a name before @', { origin: 'http://localhost@evil.example' }, FOREIGN_PAGE],
    ['a page of another scheme', { origin: 'ftp://localhost' }, FOREIGN_PAGE],
    ['a page without Origin', { 'sec-fetch-site': 'cross-site' }, FOREIGN_PAGE],
    ['a sister page without Origin', { 'sec-fetch-site': 'same-site' }, FOREIGN_PAGE],
    [
      'a rebinding page',
      { host: 'evil.example:8002', origin: 'http://evil.example:8002' },
      FOREIGN_HOST,
    ],
    [
      'a rebinding page without Origin',
      { host: 'evil.example:8002', 'sec-fetch-site': 'same-origin' },
      FOREIGN_HOST,
    ],
    [
      'a page of this machine by a foreign name',
      { host: 'evil.example', origin: 'http://localhost:3000' },
      FOREIGN_HOST,
    ],
  ])('%s is refused everywhere', async (_who, headers, error) => {
    const routes = ['POST /tools/scan', 'GET /', 'GET /openapi.json', 'GET /nope', 'OPTIONS /mcp'];

    for (const route of routes) {
      const reply = await send(service(), route, headers);

      expect(reply.status).toBe(403);
      expect(reply.headers.get('vary')).toBe('Origin');
      expect(reply.headers.has('access-control-allow-origin')).toBe(false);
      if (route.endsWith('/mcp')) {
        expect(reply.body).toMatchObject({ jsonrpc: '2.0', error: { message: error } });
      } else {
        expect(reply.body).toEqual({
          success: false,
          error,
          code: 'Forbidden',
          retryable: false,
          request_id: reply.headers.get('x-request-id'),
        });
      }
    }
  });

  test('a page writes nothing without a body either', async () => {
    const reply = await send(service(), 'POST /tools/scan', {
      origin: 'https://evil.example',
      'content-length': '0',
    });

    expect(reply.body.code).toBe('Forbidden');
    expect(reply.headers.has('x-attempts')).toBe(false);
  });

  test.each(['GET /health', 'GET /ready'])('%s is open to all', async (route) => {
    const { status } = await send(service(), route, {
      host: '172.31.4.5',
      origin: 'https://evil.example',
    });

    expect(status).toBe(200);
  });
});

describe('with pages of others allowed', () => {
  const service = startWith({
    API_KEYS,
    ALLOWED_HOSTS: 'db.example, 10.0.0.1',
    ALLOWED_ORIGINS: 'https://app.example',
    MCP_ALLOWED_HOSTS: 'mcp.example',
    MCP_ALLOWED_ORIGINS: 'old.example',
  });
  const authorization = `Bearer ${KEY}`;

  test.each<Headers>([
    { host: 'db.example', origin: 'https://app.example' },
    { host: '10.0.0.1:8002', origin: 'https://app.example' },
    { host: 'localhost:8002', origin: 'https://app.example' },
    { host: 'mcp.example', origin: 'http://old.example:81' },
    { host: 'db.example', origin: 'https://db.example' },
    { host: 'DB.example:443', origin: 'https://db.example' },
    { host: 'db.example:8002', origin: 'http://db.example:8002' },
    { host: 'db.example', origin: 'http://127.0.0.1:3000' },
  ])('%o is served, and may read the reply', async (headers) => {
    const reply = await scan(service(), { authorization, ...headers });

    expect(reply.status).toBe(200);
    expect(reply.headers.get('access-control-allow-origin')).toBe(headers.origin);
    expect(reply.headers.get('vary')).toBe('Origin');
    const readable = reply.headers.get('access-control-expose-headers')?.split(', ');
    expect(readable).toEqual(
      expect.arrayContaining(['x-request-id', 'x-consumed-capacity', 'x-attempts', 'retry-after']),
    );
  });

  test.each<Headers>([
    { host: 'db.example', origin: 'http://app.example' },
    { host: 'db.example', origin: 'https://app.example:8443' },
    { host: 'db.example', origin: 'https://mcp.example' },
    { host: 'db.example', origin: 'https://db.example:8443' },
    { host: 'db.example', origin: 'https://sub.db.example' },
    { host: 'evil.example', origin: 'https://app.example' },
    { host: 'evil.example', origin: 'https://evil.example' },
    { host: 'db.example', origin: 'null' },
  ])('%o is refused, before a key is asked for', async (headers) => {
    const reply = await scan(service(), headers);

    expect([reply.status, reply.body.code]).toEqual([403, 'Forbidden']);
    expect(reply.headers.has('access-control-allow-origin')).toBe(false);
  });

  test.each(['/tools/put_item', '/bulk/import', '/mcp', '/openapi.json'])(
    'a preflight of %s is answered without a key',
    async (path) => {
      const reply = await send(service(), `OPTIONS ${path}`, {
        host: 'db.example',
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      });

      expect([reply.status, reply.text]).toEqual([204, '']);
      expect(Object.fromEntries(reply.headers)).toMatchObject({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': expect.stringMatching(
          /authorization, content-type, idempotency-key.*mcp-method, mcp-name, mcp-protocol-version.*x-request-id/,
        ),
        'access-control-max-age': '600',
        vary: 'Origin',
      });
    },
  );

  test('a preflight of a foreign page is not', async () => {
    const reply = await send(service(), 'OPTIONS /mcp', {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    });

    expect(reply.status).toBe(403);
    expect(reply.headers.has('access-control-allow-methods')).toBe(false);
  });

  test.each([
    ['POST /tools/scan', 401],
    ['POST /mcp', 401],
    ['GET /nope', 401],
    ['OPTIONS /tools/scan', 401],
    ['GET /.well-known/oauth-protected-resource', 404],
    ['GET /health', 200],
  ])('%s, answered with %i, can be read', async (route, status) => {
    const origin = 'https://app.example';

    const reply = await send(service(), route, { origin, 'content-length': '0' });

    expect(reply.status).toBe(status);
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
    if (status === 401) {
      expect(reply.headers.get('access-control-expose-headers')).toContain('www-authenticate');
    }
  });

  test.each([
    ['a refusal of the tool', 'POST /tools/get_item', '{"key":{}}', 400],
    ['malformed JSON', 'POST /tools/get_item', '{', 400],
    ['another method', 'GET /tools/get_item', '', 405],
  ])('%s can be read', async (_what, route, body, status) => {
    const origin = 'https://app.example';

    const reply = await send(service(), route, { origin, authorization }, body);

    expect(reply.status).toBe(status);
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test('a page of an allowed origin speaks MCP', async () => {
    const origin = 'https://app.example';
    const { headers, body } = mcpRequest('2026-07-28', 'tools/list');

    const reply = await send(service(), 'POST /mcp', { ...headers, origin, authorization }, body);

    expect([reply.status, reply.body.error]).toEqual([200, undefined]);
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('below /.well-known', () => {
  const service = startWith({ API_KEYS });

  test.each([
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration?x=1',
    '/.well-known',
  ])('%s is 404, whoever asks', async (path) => {
    const foreign = { host: 'evil.example', origin: 'https://evil.example' };
    for (const headers of [undefined, foreign]) {
      const reply = await send(service(), `GET ${path}`, headers ?? {});

      expect([reply.status, reply.body.code]).toEqual([404, 'NotFound']);
    }
  });

  test.each(['/.well-knownx', '/x/.well-known/y'])('%s is not', async (path) => {
    expect((await send(service(), `GET ${path}`, {})).status).toBe(401);
  });
});
