import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insufficientScope } from '../../src/access/tokens/scopes.ts';
import { hashApiKey } from '../../src/http/api-keys.ts';
import { postMcp } from '../support/mcp-http.ts';
import {
  CLAIMS,
  KeyServer,
  NOW_S,
  newKey,
  PUBLIC_URL,
  SETTINGS,
  type SigningKey,
} from '../support/token-issuer.ts';
import {
  startTokenService,
  type TokenService,
  type TokenServiceOptions,
} from '../support/token-service.ts';

const METADATA = `${PUBLIC_URL}/.well-known/oauth-protected-resource`;
const API_KEY = 'a.key.withdots';
const DISCOVERY = `Bearer resource_metadata="${METADATA}", scope="dynamodb:read dynamodb:write"`;
const INVALID = DISCOVERY.replace('Bearer', 'Bearer error="invalid_token",');

let key: SigningKey;
let keys: KeyServer;
let good: string;
let service: TokenService;

beforeAll(async () => {
  key = await newKey('ES256');
  keys = new KeyServer(key);
  good = await key.sign(CLAIMS);
  service = await start();
});

afterAll(() => service.close());

function start(options: Partial<TokenServiceOptions> = {}): Promise<TokenService> {
  return startTokenService({
    issuers: [SETTINGS],
    publicUrl: PUBLIC_URL,
    fetch: keys.fetch,
    now: () => NOW_S * 1_000,
    apiKeys: [{ name: 'alice', hash: hashApiKey(API_KEY) }],
    ...options,
  });
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function codeOf(response: Response) {
  return [response.status, ((await response.json()) as { code: string }).code];
}

describe('who calls', () => {
  test('is told by a token, new or known, in the log', async () => {
    const token = await key.sign({ ...CLAIMS, sub: 'user-2' });
    service.logs.length = 0;

    const replies = [
      await service.call('describe_table', bearer(token)),
      await service.call('describe_table', bearer(token)),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(service.logs.filter(({ tool }) => tool).map(({ principal }) => principal)).toEqual([
      'main:user-2',
      'main:user-2',
    ]);
    expect(JSON.stringify(service.logs)).not.toContain(token.split('.')[2]);
  });

  test('is told by an API key too, though it looks like a token', async () => {
    service.logs.length = 0;

    const reply = await service.call('describe_table', bearer(API_KEY));

    expect(reply.status).toBe(200);
    expect(service.logs.find(({ tool }) => tool)).toMatchObject({ principal: 'key:alice' });
  });

  test('is nobody without either, also where there are no keys', async () => {
    const other = await start({ apiKeys: [] });

    const reply = await other.call('describe_table');
    await other.close();

    expect(await codeOf(reply)).toEqual([401, 'Unauthenticated']);
  });

  test('is told to the MCP layer and to those who authorise its messages', async () => {
    const seen: unknown[] = [];
    const other = await start({ authoriseMessage: (...given) => void seen.push(given) });
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };

    const init = { headers: bearer(good), body: JSON.stringify(message) };
    const reply = await postMcp(other.url, init);
    await other.close();

    expect(reply.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
    expect(seen).toEqual([
      [
        {
          name: 'main:user-1',
          share: 'main:user-1',
          identity: expect.objectContaining({ kind: 'token', subject: 'user-1' }),
        },
        message,
      ],
    ]);
  });

  test('a new token meets what comes after it, such as an unknown route', async () => {
    const token = await key.sign({ ...CLAIMS, sub: 'user-3' });

    const reply = await fetch(`${service.url}/nope`, { headers: bearer(token) });

    expect(await codeOf(reply)).toEqual([404, 'NotFound']);
  });
});

describe('challenges', () => {
  test('without a token name no error', async () => {
    const reply = await service.call('describe_table');

    expect(await codeOf(reply)).toEqual([401, 'Unauthenticated']);
    expect(reply.headers.get('www-authenticate')).toBe(DISCOVERY);
  });

  test.each(['wrong', 'a.b.c', `${'x'.repeat(9_000)}.b.c`])(
    'for bad credentials name invalid_token',
    async (token) => {
      const reply = await service.call('describe_table', bearer(token));

      expect(await codeOf(reply)).toEqual([401, 'Unauthenticated']);
      expect(reply.headers.get('www-authenticate')).toBe(INVALID);
    },
  );

  test('on /mcp lead to its own metadata', async () => {
    const reply = await postMcp(service.url, { body: '{' });

    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe(DISCOVERY.replace('", s', '/mcp", s'));
  });

  test.each(['access_token=x', 'a=b&access_token', 'access%5Ftoken=x'])(
    'for a token in the URL (%s), whatever the header',
    async (query) => {
      const reply = await fetch(`${service.url}/?${query}`, { headers: bearer(good) });

      expect(await codeOf(reply)).toEqual([401, 'Unauthenticated']);
      expect(reply.headers.get('www-authenticate')).toContain('error="invalid_request"');
    },
  );

  test('no URL is logged', () => {
    expect(JSON.stringify(service.logs)).not.toMatch(/access.{1,3}token=/);
  });

  test.each(['REST', 'MCP'])('name the scopes that an operation over %s needs', async (way) => {
    const refuse = () => {
      throw insufficientScope(['dynamodb:write']);
    };
    const other = await start({ authorise: refuse, authoriseMessage: refuse });

    const reply =
      way === 'REST'
        ? await other.call('put_item', bearer(good))
        : await postMcp(other.url, { headers: bearer(good), body: '{}' });
    await other.close();

    expect(reply.status).toBe(403);
    expect(reply.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", resource_metadata="${METADATA}${way === 'MCP' ? '/mcp' : ''}", scope="dynamodb:write"`,
    );
  });

  test('503 says nothing of tokens', async () => {
    const other = await start({
      fetch: async () => {
        throw new TypeError('fetch failed');
      },
    });

    const reply = await other.call('describe_table', bearer(good));
    await other.close();

    expect(await codeOf(reply)).toEqual([503, 'Overloaded']);
    expect(reply.headers.has('www-authenticate')).toBe(false);
    expect(reply.headers.get('retry-after')).toBe('1');
  });
});

describe('metadata', () => {
  const path = '/.well-known/oauth-protected-resource';

  test.each(['', '/mcp'])('of %j are public, and made from settings', async (resource) => {
    const reply = await fetch(`${service.url}${path}${resource}`, {
      headers: { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    });

    expect(reply.status).toBe(200);
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(await reply.json()).toEqual({
      resource: PUBLIC_URL + resource,
      authorization_servers: [SETTINGS.issuer],
      scopes_supported: ['dynamodb:read', 'dynamodb:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'dynamodb-mcp-server',
    });
  });

  test('may be asked for by any page, with the headers of MCP', async () => {
    const reply = await fetch(`${service.url}${path}/mcp`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      },
    });

    expect(reply.status).toBe(204);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': '*',
    });
  });

  test.each([path, `${path}/mcp`])('%s is 404 without an issuer', async (url) => {
    const other = await start({ resource: () => undefined });

    const replies = [
      await fetch(other.url + url),
      await fetch(other.url + url, { method: 'OPTIONS' }),
      await fetch(other.url + url, { headers: bearer('wrong') }),
    ];
    const locked = await other.call('describe_table');
    await other.close();

    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(locked.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('of a service behind a path stand where RFC 9728 wants them', async () => {
    const publicUrl = 'https://example.com/db/';
    const other = await start({ publicUrl });

    const locked = await other.call('describe_table');
    const metadata = await fetch(`${other.url}${path}/mcp`);
    await other.close();

    expect(locked.headers.get('www-authenticate')).toContain(
      `resource_metadata="https://example.com${path}/db"`,
    );
    expect(await metadata.json()).toMatchObject({ resource: 'https://example.com/db/mcp' });
  });
});

describe('failed logins', () => {
  test('are refused after 100, to their address and to nobody with good credentials', async () => {
    const other = await start({ trustedProxies: ['127.0.0.0/8'] });
    const from = (address: string, token?: string) =>
      other.call('describe_table', {
        'x-forwarded-for': `10.9.9.9, ${address}`,
        ...(token !== undefined && bearer(token)),
      });

    const failures = await Promise.all(
      Array.from({ length: 100 }, (_, at) => from('192.0.2.1', at % 2 ? 'a.b.c' : 'wrong')),
    );
    const refused = [await from('192.0.2.1', 'wrong'), await from('192.0.2.1', 'a.b.c')];
    const passed = [
      await from('192.0.2.1', good),
      await from('192.0.2.1', API_KEY),
      await from('192.0.2.1'),
      await from('192.0.2.2', 'wrong'),
    ];
    await other.close();

    expect(new Set(failures.map(({ status }) => status))).toEqual(new Set([401]));
    for (const reply of refused) {
      expect(await codeOf(reply)).toEqual([429, 'RateLimited']);
      expect(reply.headers.get('retry-after')).toBe('6');
      expect(reply.headers.has('www-authenticate')).toBe(false);
    }
    expect(passed.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
  });
});
