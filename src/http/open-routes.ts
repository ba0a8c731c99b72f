import type { FastifyRequest } from 'fastify';

/** What a load balancer probes: a service whose table never answered has not started. */
export const STARTED_PATH = '/health/started';
/** Routes that anybody may ask, so that load balancers can probe them. */
export const PROBES: ReadonlySet<string> = new Set(['/health', STARTED_PATH, '/ready']);
/** Where clients look before they have a key; what is not there is 404, and nothing else. */
const DISCOVERY = /^\/\.well-known(\/|\?|$)/;

/** What the console is made of, and no data: it asks for a key itself. */
export const CONSOLE_PAGE = '/console';
export const CONSOLE_FILE = '/console/:file';
export const DOCS_PAGE = '/docs';
const OPEN: ReadonlySet<string> = new Set([...PROBES, CONSOLE_PAGE, CONSOLE_FILE, DOCS_PAGE]);

/** Whether a request is for a probe, a discovery document or the console: no key is asked for, nor a page refused. */
export function isOpen(request: FastifyRequest): boolean {
  const { routeOptions, url } = request;
  return OPEN.has(routeOptions.url ?? '') || DISCOVERY.test(url) || isOpenedInBrowser(request);
}

/** Whether somebody opens the address of the service, to be shown what it is. */
export function isOpenedInBrowser({ method, url, headers }: FastifyRequest): boolean {
  return url === '/' && method === 'GET' && headers.accept?.includes('text/html') === true;
}
