import type { FastifyInstance, FastifyReply } from 'fastify';
import { ServiceError } from '../errors.ts';
import { SERVICE } from '../observability/logger.ts';

/** What clients may know of how to get a token, from settings alone. */
export interface ProtectedResource {
  /** Where clients reach the service, without `/mcp`. */
  readonly publicUrl: string;
  /** Issuer identifiers of the authorization servers. */
  readonly issuers: readonly string[];
  /** The scopes that are of use here. */
  readonly scopes: readonly string[];
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
export const MCP_PATH = '/mcp';
/** Clients that run in pages ask before they send `MCP-Protocol-Version`. */
const ANY = '*';

/** Where the metadata of a path of the service are: RFC 9728 puts the resource's path behind its own. */
export function metadataUrl({ publicUrl }: ProtectedResource, path: string): string {
  const { origin, pathname } = new URL(publicUrl);
  return `${origin}${WELL_KNOWN}${pathname.replace(/\/+$/, '')}${path}`;
}

/**
 * Serves the metadata of RFC 9728, to pages of any origin; 404 while there is no issuer. Behind a
 * path, whatever publishes the service there has to lead here what it gets for the metadata.
 */
export function addMetadataRoutes(
  app: FastifyInstance,
  resource: () => ProtectedResource | undefined,
): void {
  for (const path of ['', MCP_PATH]) {
    const url = `${WELL_KNOWN}${path}`;
    const found = (reply: FastifyReply): ProtectedResource => {
      const current = resource();
      if (!current) throw new ServiceError('NotFound', 'There is no such route.');
      reply.header('access-control-allow-origin', ANY);
      return current;
    };
    app.get(url, async (_request, reply) => {
      const { publicUrl, issuers, scopes } = found(reply);
      return {
        resource: publicUrl.replace(/\/+$/, '') + path,
        authorization_servers: issuers,
        ...(scopes.length > 0 && { scopes_supported: scopes }),
        bearer_methods_supported: ['header'],
        resource_name: SERVICE,
      };
    });
    app.options(url, async (_request, reply) => {
      found(reply);
      return reply
        .code(204)
        .header('access-control-allow-methods', 'GET')
        .header('access-control-allow-headers', ANY)
        .send();
    });
  }
}
