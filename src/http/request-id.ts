import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const CALLERS_OWN = /^[\w-]{1,64}$/;

/** The caller's `x-request-id` if it is usable, else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && CALLERS_OWN.test(given) ? given : randomUUID();
}
