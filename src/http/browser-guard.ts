import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { answerPreflight, isPreflight, letPageRead } from './cors.ts';
import { isOpen } from './open-routes.ts';
import { type AllowedWeb, createWebOrigins, type WebOrigins } from './web-origins.ts';

/** The route whose protocol wants `Host` checked for every caller. */
const MCP = '/mcp';

/**
 * Lets web pages reach nothing but the open routes unless their origin and the name by which they
 * call are allowed, and gives those CORS. Neither a foreign page nor DNS rebinding gets further.
 */
export function guardAgainstPages(app: FastifyInstance, allowed: AllowedWeb): void {
  const web = createWebOrigins(allowed);
  app.addHook('onRequest', (request, reply, done) => {
    if (isFromPage(request)) {
      if (!admitPage(web, request, reply)) return done();
      if (isPreflight(request)) return answerPreflight(reply);
    } else if (request.routeOptions.url === MCP && !web.allowsHost(request.headers.host)) {
      throw foreignHost();
    }
    done();
  });
}

/** `Sec-Fetch-Mode` alone is no sign of a page: the fetch of Node sends it. */
function isFromPage({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** Whether the page is welcome; where it is not, throws Forbidden, but for open routes. */
function admitPage(web: WebOrigins, request: FastifyRequest, reply: FastifyReply): boolean {
  const { headers } = request;
  reply.header('vary', 'Origin');
  const hostAllowed = web.allowsHost(headers.host);
  const admitted = hostAllowed && web.allowsPage(headers);
  if (!admitted && !isOpen(request)) throw hostAllowed ? foreignPage() : foreignHost();
  if (admitted && headers.origin !== undefined) letPageRead(reply, headers.origin);
  return admitted && headers.origin !== undefined;
}

function foreignHost(): ServiceError {
  return new ServiceError(
    'Forbidden',
    'The service is not known by the name in Host; its operator can add it to ALLOWED_HOSTS.',
  );
}

function foreignPage(): ServiceError {
  return new ServiceError(
    'Forbidden',
    'Pages of this origin may not call the service; its operator can add it to ALLOWED_ORIGINS.',
  );
}
