import type { FastifyRequest } from 'fastify';
import type { Origin } from '../access/audit/call-record.ts';
import type { ClientAddress } from './client-address.ts';

const LONGEST = 128;
const UNSEEN = /[^\x20-\x7e]/g;

/** Tells how a request came in. */
export type OriginOf = (transport: Origin['transport'], request: FastifyRequest) => Origin;

/** Tells the address of a request, and what the client calls itself, which is its own word. */
export function createOriginOf(addressOf: ClientAddress): OriginOf {
  return (transport, request) => {
    const { 'user-agent': agent } = request.headers;
    const client = agent?.slice(0, LONGEST).replace(UNSEEN, '');
    return { transport, address: addressOf(request), client };
  };
}
