import type { FastifyRequest } from 'fastify';

/** Routes that anybody may ask, so that load balancers can probe them. */
export const PROBES: ReadonlySet<string> = new Set(['/health', '/ready']);
/** Where clients look before they have a key; what is not there is 404, and nothing else. */
const DISCOVERY = /^\/\.well-known(\/|\?|$)/;

/** Whether a request is for a probe or a discovery document: no key is asked for, nor a page refused. */
export function isOpen({ routeOptions, url }: FastifyRequest): boolean {
  return PROBES.has(routeOptions.url ?? '') || DISCOVERY.test(url);
}
