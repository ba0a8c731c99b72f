import { isIPv6 } from 'node:net';
import { ServiceError } from '../errors.ts';

/** Ten a minute. */
const INTERVAL_MS = 6_000;
const BURST = 100;
const MOST_ADDRESSES = 10_000;
const SECOND_MS = 1_000;

/** Counts credentials that failed, by address. */
export interface FailedLogins {
  /** Notes a failure; throws RateLimited, with the time to wait, for an address that had too many. */
  note(address: string): void;
}

/** A limit of 10 a minute with a burst of 100 (GCRA); addresses that failed longest ago go first. */
export function createFailedLogins(now: () => number = Date.now): FailedLogins {
  /** When an address would have used up nothing again. */
  const free = new Map<string, number>();
  return {
    note: (address) => {
      const holder = holderOf(address);
      const time = now();
      const until = Math.max(free.get(holder) ?? 0, time);
      const wait = until - time - (BURST - 1) * INTERVAL_MS;
      if (wait > 0) throw tooMany(wait);
      free.delete(holder);
      free.set(holder, until + INTERVAL_MS);
      const [oldest] = free.keys();
      if (free.size > MOST_ADDRESSES && oldest !== undefined) free.delete(oldest);
    },
  };
}

function tooMany(waitMs: number): ServiceError {
  return new ServiceError(
    'RateLimited',
    'Too many wrong credentials came from this address; wait before you try again.',
    { retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) },
  );
}

/** One holder has a /64 of IPv6 at least. */
function holderOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
