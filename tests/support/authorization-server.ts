import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { listen } from './listen.ts';

/** An authorization server on this machine, with one client that has credentials of its own. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** The paths that were asked for. */
  readonly requests: string[];
  /** A token for a resource; an opaque one without. */
  token(parameters: Record<string, string>): Promise<string>;
  close(): void;
}

const SCOPES = 'dynamodb:read dynamodb:write';
const CLIENT = { id: 'importer', secret: 'a secret of the client, which is long enough' };

/** Client credentials leave nothing to store. */
const FORGETFUL = { find: async () => undefined, upsert: async () => undefined };

/** Starts one that gives `at+jwt` tokens for any resource, with claims of the test's besides. */
export async function startAuthorizationServer(
  claimsFor: (resource: string) => Record<string, unknown> = () => ({}),
): Promise<AuthorizationServer> {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server)}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'first', alg: 'ES256', use: 'sig' };
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: ['a key of the cookies'] },
    scopes: SCOPES.split(' '),
    adapter: () => FORGETFUL,
    ttl: { ClientCredentials: 600 },
    extraTokenClaims: (_context: unknown, { aud }: { aud?: string }) => claimsFor(aud ?? ''),
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: SCOPES,
        id_token_signed_response_alg: 'ES256',
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          scope: SCOPES,
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  const requests: string[] = [];
  const answer = provider.callback();
  server.on('request', (request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  return {
    issuer,
    client: CLIENT,
    requests,
    token: (parameters) => requestToken(issuer, parameters),
    close: () => closeAll(server),
  };
}

async function requestToken(issuer: string, parameters: Record<string, string>): Promise<string> {
  const credentials = Buffer.from(
    [CLIENT.id, CLIENT.secret].map(encodeURIComponent).join(':'),
  ).toString('base64');
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`No token: ${response.status}`);
  return token;
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}
