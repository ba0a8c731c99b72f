import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** The address of whoever sends a request. */
export type ClientAddress = (request: Pick<FastifyRequest, 'raw'>) => string;

const MAPPED = /^::ffff:(?=[\d.]+$)/i;
/** An address as proxies write it: plain, or with a port. */
const HOP = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+|(\S+))$/;

/**
 * The address of the socket; behind trusted proxies, IP addresses or CIDRs, the last hop that is none
 * of them. What stands further left in `X-Forwarded-For` is anybody's word.
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return ({ raw }) => plain(raw.socket.remoteAddress ?? '');
  const proxies = new BlockList();
  for (const entry of trusted) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    if (prefix === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(prefix), family);
  }
  return ({ raw }) => {
    let address = plain(raw.socket.remoteAddress ?? '');
    const hops = String(raw.headers['x-forwarded-for'] ?? '').split(',');
    while (isIP(address) > 0 && proxies.check(address, familyOf(address))) {
      const next = readHop(hops.pop());
      if (next === undefined) break;
      address = next;
    }
    return address;
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function plain(address: string): string {
  return address.replace(MAPPED, '');
}

function readHop(hop = ''): string | undefined {
  const [, bracketed, withPort, bare] = HOP.exec(hop.trim()) ?? [];
  const address = plain(bracketed ?? withPort ?? bare ?? '');
  return isIP(address) > 0 ? address : undefined;
}
