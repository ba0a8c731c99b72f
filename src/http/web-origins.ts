import type { IncomingHttpHeaders } from 'node:http';

/** Who may call from a web page, and by which name; `*` for any. */
export interface AllowedWeb {
  /** Host names, as URLs have them. */
  readonly hosts: readonly string[];
  /** Origins, or host names that stand for all their origins. */
  readonly origins: readonly string[];
}

/** Says whether hosts and origins are allowed. */
export interface WebOrigins {
  /** Whether a Host header names this machine or an allowed host. */
  allowsHost(host: string | undefined): boolean;
  /** Whether a page may call: its origin, or where it has none, what Sec-Fetch-Site says. */
  allowsPage(headers: IncomingHttpHeaders): boolean;
}

const ANY = '*';
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];
const AUTHORITY = /^[^\s/?#@\\]+$/;
const ORIGIN = /^(https?:)\/\/[^\s/?#@\\]+$/i;

/** The names of this machine are always allowed. */
export function createWebOrigins(allowed: AllowedWeb): WebOrigins {
  const hosts = new Set([...THIS_MACHINE, ...allowed.hosts]);
  const origins = new Set([...THIS_MACHINE, ...allowed.origins]);
  const allowsHost = (host: string | undefined) =>
    hosts.has(ANY) || hosts.has(parseAuthority(host, 'http:')?.hostname ?? '');
  const allowsOrigin = (text: string, host: string | undefined) => {
    if (origins.has(ANY)) return true;
    const [, protocol] = ORIGIN.exec(text) ?? [];
    const origin = protocol ? URL.parse(text) : null;
    if (!origin) return false;
    if (origins.has(origin.origin) || origins.has(origin.hostname)) return true;
    return allowsHost(host) && parseAuthority(host, origin.protocol)?.origin === origin.origin;
  };
  return {
    allowsHost,
    allowsPage: ({ origin, host, 'sec-fetch-site': site }) => {
      if (origin !== undefined) return allowsOrigin(origin, host);
      return site === 'same-origin' || site === 'none' || origins.has(ANY);
    },
  };
}

/** A Host header as the URL of a scheme; null where it is none. */
function parseAuthority(host: string | undefined, protocol: string): URL | null {
  return host !== undefined && AUTHORITY.test(host) ? URL.parse(`${protocol}//${host}`) : null;
}
