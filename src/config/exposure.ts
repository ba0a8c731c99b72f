import { isIPv4 } from 'node:net';
import { hasPolicy } from './access.ts';

/** Environments in which a table may stand open to a network. */
const OPEN_ENVIRONMENTS = new Set(['development', 'dev', 'test', 'local']);
const PRODUCTION = new Set(['production', 'prod']);

/** Whether an environment is one in which people try things. */
export function isForDevelopment(environment: string): boolean {
  return OPEN_ENVIRONMENTS.has(environment.toLowerCase());
}

/** Whether only this machine can reach what listens on the address. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** Texts of settings, trimmed; those that are empty are absent. */
export type Given = Readonly<Record<string, string | undefined>>;

/** How the service is to be run. */
export interface Purpose {
  /** With the embedded database. */
  local: boolean;
  /** Whether it will listen on an address; true unless said otherwise. */
  listens?: boolean;
}

/** What is wrong with how open the service would be. */
export function exposureProblems(given: Given, { local, listens = true }: Purpose): string[] {
  const environment = given.ENVIRONMENT?.toLowerCase() ?? 'development';
  const unlocked =
    !given.API_KEYS && !hasPolicy(given) && given.ALLOW_UNAUTHENTICATED?.toLowerCase() !== 'true';
  const exposed = listens && !isLoopback(given.HOST ?? defaultHost(local));
  return [
    ...(local && PRODUCTION.has(environment)
      ? [`ENVIRONMENT=${environment} cannot be used with the embedded database (--local)`]
      : []),
    ...(exposed && unlocked && !isForDevelopment(environment)
      ? [
          'API_KEYS or a policy must be set where others can reach the service, unless ENVIRONMENT is ' +
            `${[...OPEN_ENVIRONMENTS].join(', ')}, or ALLOW_UNAUTHENTICATED=true`,
        ]
      : []),
  ];
}

/** Where the service listens if nothing is said. */
export function defaultHost(local: boolean): string {
  return local ? '127.0.0.1' : '0.0.0.0';
}
