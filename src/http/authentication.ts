import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { Principal } from '../tools/tool.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; undefined on open routes, where nobody is asked. */
    principal: Principal;
  }
}

/** Tells who sends a request; throws Unauthenticated. */
type Authenticate = (request: FastifyRequest) => Principal;

/** Who holds a key, and the key's SHA-256 in hexadecimal. */
export interface ApiKeyHash {
  readonly name: string;
  readonly hash: string;
}

const BEARER = /^Bearer +(\S+)$/i;
const ANONYMOUS = 'anonymous';

/** SHA-256 of a key in hexadecimal, as it stands in API_KEYS. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Asks every request for its principal, on all routes but the open ones. */
export function requireApiKeys(
  app: FastifyInstance,
  apiKeys: readonly ApiKeyHash[],
  openRoutes: ReadonlySet<string>,
): void {
  const authenticate = createAuthenticate(apiKeys);
  app.decorateRequest('principal');
  app.addHook('onRequest', (request, _reply, done) => {
    if (!openRoutes.has(request.routeOptions.url ?? '')) request.principal = authenticate(request);
    done();
  });
}

/** Without keys everybody is anonymous, and known by an address; else a request must bear one of them. */
function createAuthenticate(apiKeys: readonly ApiKeyHash[]): Authenticate {
  if (apiKeys.length === 0) return ({ ip }) => ({ name: ANONYMOUS, share: ip });
  const holders = apiKeys.map(({ name, hash }) => ({ name, hash: Buffer.from(hash, 'hex') }));
  return ({ headers }) => {
    const [, key] = BEARER.exec(headers.authorization ?? '') ?? [];
    if (key === undefined) {
      throw new ServiceError(
        'Unauthenticated',
        'Send an API key as "Authorization: Bearer <key>".',
      );
    }
    const hash = Buffer.from(hashApiKey(key), 'hex');
    // Every key is compared, so that the time tells nothing about which one is close.
    const [holder] = holders.filter((candidate) => timingSafeEqual(candidate.hash, hash));
    if (!holder) throw new ServiceError('Unauthenticated', 'The API key is not known.');
    return { name: holder.name, share: holder.name };
  };
}
