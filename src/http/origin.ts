import type { FastifyRequest } from 'fastify';
import type { Origin } from '../access/audit/call-record.ts';
import type { ClientAddress } from './client-address.ts';

const LONGEST = 128;
const UNSEEN = /[^\x20-\x7e]/g;

/** How a request came in; what a client calls itself is its own word. */
export function originOf(
  transport: Origin['transport'],
  request: FastifyRequest,
  addressOf: ClientAddress,
): Origin {
  const { 'user-agent': agent } = request.headers;
  const client = agent?.slice(0, LONGEST).replace(UNSEEN, '');
  return { transport, address: addressOf(request), client };
}
