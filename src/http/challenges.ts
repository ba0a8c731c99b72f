import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { MCP_PATH, metadataUrl, type ProtectedResource } from './protected-resource.ts';

/** Tells the caller of a refused request, in a header, how to get a token that would do. */
export type Challenge = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Challenges by RFC 6750 and RFC 9728: for what is Unauthenticated, and for tokens of too few scopes. */
export function createChallenge(resource: () => ProtectedResource | undefined): Challenge {
  return (error, request, reply) => {
    if (!(error instanceof ServiceError)) return;
    const { code, challenge } = error;
    const current = resource();
    if (!current || (code !== 'Unauthenticated' && !challenge)) return;
    const isMcp = request.routeOptions.url === MCP_PATH;
    const scope = (challenge?.scopes ?? current.scopes).join(' ');
    const parameters = [
      ['error', challenge?.error],
      ['resource_metadata', metadataUrl(current, isMcp ? MCP_PATH : '')],
      ['scope', scope],
    ];
    const given = parameters
      .filter(([, value]) => value)
      .map(([name, value]) => `${name}="${value}"`);
    reply.header('www-authenticate', `Bearer ${given.join(', ')}`);
  };
}
