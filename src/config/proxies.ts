import { isIP } from 'node:net';
import { list } from './fields.ts';

const PREFIX = /^\d{1,3}$/;

/** IP addresses and networks of them. */
export const proxies = list(
  readNetwork,
  'must be IP addresses or networks such as 10.0.0.0/16, comma separated',
);

function readNetwork(entry: string): string | undefined {
  const [address = '', prefix, ...more] = entry.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || address.includes('%') || more.length > 0) return undefined;
  return prefix === undefined || (PREFIX.test(prefix) && Number(prefix) <= bits)
    ? entry
    : undefined;
}
