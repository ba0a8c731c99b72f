import { isIP } from 'node:net';
import { list } from './fields.ts';

/** Stands for any host or origin. */
const ANY = '*';

const HOST_NAME = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/;

/** Host names as URLs have them, such as `app.example.com` or `[::1]`. */
export const hosts = list(
  readHost,
  'must be host names such as app.example.com, comma separated, without scheme, port or path, or *',
);

/** Origins as browsers send them. */
export const origins = list(
  readOrigin,
  'must be origins such as https://app.example.com, comma separated, without a path, or *',
);

/** Origins, or host names that stand for all their origins. */
export const originsOrHosts = list(
  (entry) => readOrigin(entry) ?? readHost(entry),
  'must be host names or origins, comma separated, without a path, or *',
);

function readHost(entry: string): string | undefined {
  if (entry === ANY) return ANY;
  if (/[:/?#@\\\s]/.test(entry) && !isAddress6(entry)) return undefined;
  const { hostname = '' } = URL.parse(`http://${isIP(entry) === 6 ? `[${entry}]` : entry}`) ?? {};
  return HOST_NAME.test(hostname) || isAddress6(hostname) ? hostname : undefined;
}

function isAddress6(text: string): boolean {
  return isIP(text.replace(/^\[(.*)\]$/, '$1')) === 6;
}

function readOrigin(entry: string): string | undefined {
  if (entry === ANY) return ANY;
  const { origin, protocol = '', href } = URL.parse(entry) ?? {};
  // Anything more than the origin, such as a path or a password, makes the whole longer.
  const isOrigin = /^https?:$/.test(protocol) && href === `${origin}/`;
  return isOrigin && !origin?.includes(ANY) ? origin : undefined;
}
