import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  insufficientScope,
  missingScopes,
  type ScopeTable,
} from '../../src/access/tokens/scopes.ts';
import type { IssuerSettings } from '../../src/access/tokens/settings.ts';
import { isJsonObject } from '../../src/json/parse.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import type { Principal } from '../../src/tools/tool.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { startTokenService, type TokenService } from '../support/token-service.ts';

const SCOPES: ScopeTable = new Map([
  ['dynamodb:read', ['read']],
  ['dynamodb:write', ['read', 'write', 'destructive']],
]);
const ITEM = { PK: 'PROJECT#1', SK: 'EPIC#1' };

let authority: AuthorizationServer;
let service: TokenService;
/** The scopes of the tokens that messages to `/mcp` came with. */
let seen: string[];

beforeAll(async () => {
  authority = await startAuthorizationServer();
  service = await startTokenService({ issuers: [issuer()], authoriseMessage });
  seen = [];
});

afterAll(async () => {
  await service.close();
  authority.close();
});

function issuer(): IssuerSettings {
  return {
    name: 'main',
    issuer: authority.issuer,
    audience: [],
    audienceClaim: 'aud',
    algorithms: ['ES256'],
    keys: { uri: `${authority.issuer}/jwks` },
    scopeClaim: 'scope',
    typ: 'at+jwt',
  };
}

/** As a policy would: scopes unlock what tools do. */
function authoriseMessage({ identity }: Principal, body: unknown): void {
  const granted = identity?.kind === 'token' ? identity.scopes : [];
  seen.push(granted.join(' '));
  if (!isJsonObject(body) || body.method !== 'tools/call' || !isJsonObject(body.params)) return;
  const { name } = body.params;
  const effects = TOOLS.filter((tool) => tool.name === name).map(({ effect }) => effect);
  const missing = missingScopes(effects, granted, SCOPES);
  if (missing) throw insufficientScope(missing);
}

/** An official client that knows nothing but the URL and its own credentials. */
async function connect(url = service.url): Promise<Client> {
  const { issuer: expectedIssuer, client } = authority;
  const authProvider = new ClientCredentialsProvider({
    clientId: client.id,
    clientSecret: client.secret,
    expectedIssuer,
  });
  const connected = new Client({ name: 'test', version: '1.0.0' });
  await connected.connect(
    new StreamableHTTPClientTransport(new URL('/mcp', url), { authProvider }),
  );
  return connected;
}

describe('an official client', () => {
  test('finds the authorization server from a 401, and calls with its token', async () => {
    authority.requests.length = 0;
    const client = await connect();

    await client.callTool({ name: 'put_item', arguments: { item: ITEM } });
    const result = await client.callTool({ name: 'get_item', arguments: { key: ITEM } });
    await client.close();

    const [line] = service.logs.filter(({ tool }) => tool === 'get_item');
    expect(result.isError).not.toBe(true);
    expect(JSON.stringify(result)).toContain('PROJECT#1');
    expect(line).toMatchObject({ principal: 'main:importer', status: 200 });
    expect(authority.requests).toContain('/token');
  });

  test('steps up when an operation needs more scopes', async () => {
    const other = await startTokenService({
      issuers: [issuer()],
      authoriseMessage,
      scopes: ['dynamodb:read'],
    });
    seen.length = 0;
    const client = await connect(other.url);

    const read = await client.callTool({ name: 'get_item', arguments: { key: ITEM } });
    const written = await client.callTool({ name: 'put_item', arguments: { item: ITEM } });
    await client.close();
    await other.close();

    expect([read.isError, written.isError]).not.toContain(true);
    expect(seen[0]).toBe('dynamodb:read');
    expect(seen.at(-1)).toContain('dynamodb:write');
  });
});

describe('tokens of a real authorization server', () => {
  const read = (authorization: string) =>
    service.call('get_item', { authorization }, { key: { PK: 'A', SK: 'B' } });

  test('open the tools over REST, for the root as well as for /mcp', async () => {
    const tokens = await Promise.all(
      [service.url, `${service.url}/mcp`].map((resource) => authority.token({ resource })),
    );

    const replies = await Promise.all(tokens.map((token) => read(`Bearer ${token}`)));

    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });

  test.each([
    ['a sibling', { resource: 'https://db.example.com.evil' }],
    ['a path of the service', { resource: 'https://db.example.com/other' }],
    ['nothing in particular', {}],
  ])('for %s are 401', async (_what, parameters) => {
    const reply = await read(`Bearer ${await authority.token(parameters)}`);

    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('are never logged', async () => {
    const token = await authority.token({ resource: service.url });
    await read(`Bearer ${token}`);

    const parts = token.split('.');

    expect(parts).toHaveLength(3);
    for (const part of parts) expect(JSON.stringify(service.logs)).not.toContain(part);
  });
});
