import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Identity, principalName } from '../access/identity.ts';
import { looksLikeToken } from '../access/tokens/compact-token.ts';
import type { TokenVerifier } from '../access/tokens/token-verifier.ts';
import { ServiceError } from '../errors.ts';
import type { Principal } from '../tools/tool.ts';
import { type ApiKeyHash, createKeyHolders } from './api-keys.ts';
import type { ClientAddress } from './client-address.ts';
import { createConnectionLogins } from './connection-logins.ts';
import { createFailedLogins } from './failed-logins.ts';
import { isOpen } from './open-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; undefined on open routes, where nobody is asked. */
    principal: Principal;
  }
}

/** Tells who sends a request, at once unless a token has to be verified; throws Unauthenticated. */
type Authenticate = (request: FastifyRequest) => Principal | Promise<Principal>;

/** What tells the bearers of access tokens. */
export interface TokenAccess {
  readonly verifier: Pick<TokenVerifier, 'remembered' | 'verify'>;
}

/** How callers are told apart. */
export interface AuthenticationOptions {
  apiKeys: readonly ApiKeyHash[];
  /** Where it is there, nobody is anonymous, and principals have the names that a policy knows. */
  tokens: TokenAccess | undefined;
  addressOf: ClientAddress;
}

const BEARER = /^Bearer +(\S+)$/i;
const ANONYMOUS = 'anonymous';

/** Asks every request for its principal, on all routes but the open ones. */
export function authenticateRequests(app: FastifyInstance, options: AuthenticationOptions): void {
  const authenticate = createAuthenticate(options);
  app.decorateRequest('principal');
  app.addHook('onRequest', (request, _reply, done) => {
    if (isOpen(request)) return done();
    const principal = authenticate(request);
    if (!(principal instanceof Promise)) {
      request.principal = principal;
      return done();
    }
    principal.then((verified) => {
      request.principal = verified;
      done();
    }, done);
  });
}

/** Without keys and tokens everybody is anonymous, and known by an address. */
function createAuthenticate({ apiKeys, tokens, addressOf }: AuthenticationOptions): Authenticate {
  if (tokens) return authenticateByEither(apiKeys, tokens, addressOf);
  if (apiKeys.length === 0) return (request) => ({ name: ANONYMOUS, share: addressOf(request) });
  const holderOf = createKeyHolders<Principal>(apiKeys, ({ name }) => ({
    name,
    share: name,
    identity: { kind: 'key', name },
  }));
  return (request) => {
    const key = bearerIn(request);
    if (key === undefined) throw missing('an API key as "Authorization: Bearer <key>"');
    const holder = holderOf(key);
    if (!holder) throw new ServiceError('Unauthenticated', 'The API key is not known.');
    return holder;
  };
}

/** A key or a token; too many of those that fail are refused to their address. */
function authenticateByEither(
  apiKeys: readonly ApiKeyHash[],
  { verifier }: TokenAccess,
  addressOf: ClientAddress,
): Authenticate {
  const failedLogins = createFailedLogins();
  const holderOf = createKeyHolders(apiKeys, ({ name }) => principalOf({ kind: 'key', name }));
  const logins = createConnectionLogins();
  const refuse = (request: FastifyRequest, error: unknown): never => {
    const failed = error instanceof ServiceError && error.code === 'Unauthenticated';
    if (failed) failedLogins.note(addressOf(request));
    throw error;
  };
  return (request) => {
    refuseTokenInUrl(request.url);
    const again = logins.principal(request);
    if (again) return again;
    const bearer = bearerIn(request);
    if (bearer === undefined) {
      throw missing('an access token or an API key as "Authorization: Bearer <token>"');
    }
    const mayBeToken = looksLikeToken(bearer);
    const known = mayBeToken ? verifier.remembered(bearer) : undefined;
    if (known) return logins.remember(request, principalOf(known.identity), known);
    const holder = holderOf(bearer);
    if (holder) return holder;
    if (!mayBeToken) return refuse(request, unknownKey());
    return verifier.verify(bearer).then(principalOf, (error) => refuse(request, error));
  };
}

function bearerIn({ headers }: FastifyRequest): string | undefined {
  return BEARER.exec(headers.authorization ?? '')?.[1];
}

function principalOf(identity: Identity): Principal {
  const name = principalName(identity);
  return { name, share: name, identity };
}

function missing(what: string): ServiceError {
  return new ServiceError('Unauthenticated', `Send ${what}.`);
}

function unknownKey(): ServiceError {
  return new ServiceError('Unauthenticated', 'The API key is not known.', {
    challenge: { error: 'invalid_token' },
  });
}

/** URLs are logged and kept on the way: a token in one is not looked at, so that nobody relies on it. */
function refuseTokenInUrl(url: string): void {
  const at = url.indexOf('?');
  if (at < 0 || !new URLSearchParams(url.slice(at)).has('access_token')) return;
  throw new ServiceError(
    'Unauthenticated',
    'Send the access token in the Authorization header, never in the URL.',
    { challenge: { error: 'invalid_request' } },
  );
}
