import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { startGuarded } from '../support/guarded-service.ts';
import { startService, type TestService } from '../support/service.ts';

const RESOURCE = 'https://db.example.com/mcp';
const KEY = { PK: 'SCOPES', SK: '1' };

function policyOf(issuer: string, more: object = {}): string {
  return JSON.stringify({
    version: 1,
    public_url: 'https://db.example.com',
    issuers: {
      main: { issuer, audience: [RESOURCE], algorithms: ['ES256'], jwks_uri: `${issuer}/jwks` },
    },
    scopes: { 'dynamodb:read': ['read'], 'dynamodb:write': ['read', 'write', 'destructive'] },
    principals: [{ issuer: 'main', role: 'all' }],
    roles: {
      all: { grants: [{ items: '*', tools: ['get_item', 'put_item', 'update_item'] }] },
    },
    ...more,
  });
}

const SECRET = 'a secret of thirty-two bytes or more';
const ACCESS_DENIED =
  /^Bearer error="insufficient_scope", resource_metadata="[^"]+", scope="dynamodb:write"$/;

describe('a token of too few scopes', () => {
  let server: AuthorizationServer;
  let service: TestService;
  let token = '';

  beforeAll(async () => {
    server = await startAuthorizationServer();
    token = await server.token({ resource: RESOURCE, scope: 'dynamodb:read' });
    service = await startService({
      environment: { ACCESS_POLICY: policyOf(server.issuer), ACCESS_SECRET: SECRET },
    });
  });
  afterAll(async () => {
    await service.close();
    server.close();
  });

  const headers = () => ({ authorization: `Bearer ${token}` });

  test('reads, and is asked to step up for a write', async () => {
    const read = await service.call('get_item', { key: KEY }, { headers: headers() });
    const write = await service.call('put_item', { item: KEY }, { headers: headers() });

    expect(read.status).toBe(200);
    expect(write.status).toBe(403);
    expect(write.headers.get('www-authenticate')).toMatch(ACCESS_DENIED);
  });

  test('is told so over MCP by the status of HTTP, before the protocol looks at the message', async () => {
    const message = {
      ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
      params: { name: 'put_item', arguments: { item: KEY } },
    };
    const { status, headers: replied } = await service.request('/mcp', {
      method: 'POST',
      headers: {
        ...headers(),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(message),
    });

    expect(status).toBe(403);
    expect(replied.get('www-authenticate')).toMatch(ACCESS_DENIED);
  });

  test('what the role forbids whatever the scopes is no challenge', async () => {
    const { status, headers: replied } = await service.call('scan', {}, { headers: headers() });

    expect(status).toBe(403);
    expect(replied.get('www-authenticate')).toBeNull();
  });

  test('the metadata name the authorization server', async () => {
    const { status, body } = await service.request('/.well-known/oauth-protected-resource/mcp');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      resource: RESOURCE,
      authorization_servers: [server.issuer],
      scopes_supported: ['dynamodb:read', 'dynamodb:write'],
    });
  });
});

describe('a policy that changes', () => {
  test('holds for tokens that were verified before, at once', async () => {
    const server = await startAuthorizationServer();
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'policy-')), 'policy.json');
    writeFileSync(file, policyOf(server.issuer));
    const service = await startService({
      environment: { ACCESS_POLICY_FILE: file, ACCESS_SECRET: SECRET },
    });
    try {
      const token = await server.token({ resource: RESOURCE, scope: 'dynamodb:write' });
      const headers = { authorization: `Bearer ${token}` };
      const get = async () => (await service.call('get_item', { key: KEY }, { headers })).status;
      expect(await get()).toBe(200);

      const reader = { all: { grants: [{ items: '*', tools: ['scan'] }] } };
      writeFileSync(file, policyOf(server.issuer, { roles: reader }));
      process.emit('SIGHUP');
      expect(await get()).toBe(403);

      writeFileSync(
        file,
        policyOf(server.issuer, { revoked: [{ issuer: 'main', sub: 'importer' }] }),
      );
      process.emit('SIGHUP');
      expect(await get()).toBe(401);

      writeFileSync(file, 'version: nonsense');
      process.emit('SIGHUP');
      expect(await get()).toBe(401);

      writeFileSync(file, policyOf(server.issuer));
      process.emit('SIGHUP');
      expect(await get()).toBe(200);
    } finally {
      await service.close();
      server.close();
    }
  });
});

describe('a policy that only observes', () => {
  test('lets pass what it would refuse, and says so in the audit', async () => {
    const service = await startGuarded(
      {
        reader: { grants: [{ items: { PK: 'OWN' }, tools: ['get_item'], read: { only: ['a'] } }] },
      },
      { policy: { mode: 'observe' } },
    );
    try {
      await service.store({ ...KEY, secret: 1 });
      const foreign = await service.as('reader', 'get_item', { key: KEY });
      const tool = await service.as('reader', 'scan');
      const lines = service.logs.filter(({ logger }) => logger === 'audit');

      expect(foreign.body).toMatchObject({ item: { secret: 1 } });
      expect(tool.status).toBe(403);
      expect(lines.at(-2)).toMatchObject({
        decision: 'allow',
        observed: ['key: is outside what your role may reach'],
      });
    } finally {
      await service.close();
    }
  });
});
