import { ServiceError } from '../errors.ts';
import type { Limits, Rate } from './policy/limits.ts';

/** What a call used, as DynamoDB reported it so far. */
export interface Usage {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly itemsWritten: number;
}

/** What is left of a principal's requests, as the RateLimit header fields tell it. */
export interface RequestsLeft {
  /** `RateLimit-Policy`: so many in so many seconds. */
  readonly policy: string;
  /** `RateLimit`: so many now, and more in so many seconds. */
  readonly left: string;
}

/** A call that was let in; it must be ended. */
export interface Admission {
  readonly requests: RequestsLeft | undefined;
  /** Whether a walk that has used so much may read on. */
  mayGoOn(used: Usage): boolean;
  /** Charges what the call used. */
  end(used: Usage): void;
}

/** Lets calls in by the limits of their principals. */
export interface CallLimits {
  /** Throws RateLimited. */
  admit(principal: string, limits: Limits): Admission;
}

/** Principals that are remembered; those that were quiet longest are forgotten first. */
const MOST_PRINCIPALS = 10_000;
const MILLISECONDS = 1_000;
/** A burst is one second's, or this part of the period's. */
const BURST_SHARE = 0.1;

/** A principal's account: for each limit the time up to which it has been used. */
class Account {
  readonly until = new Map<keyof Limits, number>();
  running = 0;
}

/** One limit by the generic cell rate algorithm, on a clock in milliseconds. */
interface Cell {
  readonly name: 'requests' | 'readUnits' | 'writeUnits' | 'itemsWritten';
  /** Milliseconds that one unit takes. */
  readonly interval: number;
  /** Milliseconds that may be used ahead. */
  readonly burst: number;
  readonly rate: Rate;
}

/** For a principal that nothing limits. */
export const UNLIMITED: Admission = {
  requests: undefined,
  mayGoOn: () => true,
  end: () => {},
};

/** Limits in this process; the clock is for tests. */
export function createCallLimits(now: () => number = () => performance.now()): CallLimits {
  const accounts = new Map<string, Account>();
  const known = new WeakMap<Limits, readonly Cell[]>();
  return {
    admit: (principal, limits) => {
      const cells = known.get(limits) ?? cellsOf(limits);
      known.set(limits, cells);
      if (cells.length === 0 && limits.concurrency === undefined) return UNLIMITED;
      const account = accountOf(accounts, principal);
      const at = now();
      const { concurrency = Number.POSITIVE_INFINITY } = limits;
      if (account.running >= concurrency) throw limited('calls at once', 1);
      for (const cell of cells) refuseInDebt(account, cell, at);
      const [requests] = cells.filter(({ name }) => name === 'requests');
      if (requests) charge(account, requests, 1, at);
      account.running++;
      return {
        requests: requests && requestsLeft(account, requests, at),
        mayGoOn: (used) =>
          cells.every(
            (cell) =>
              ahead(account, cell, now()) + amount(used, cell) * cell.interval <= cell.burst,
          ),
        end: (used) => {
          account.running--;
          for (const cell of cells) charge(account, cell, amount(used, cell), now());
        },
      };
    },
  };
}

function accountOf(accounts: Map<string, Account>, principal: string): Account {
  const account = accounts.get(principal) ?? new Account();
  accounts.delete(principal);
  accounts.set(principal, account);
  for (const [name, { running }] of accounts) {
    if (accounts.size <= MOST_PRINCIPALS) break;
    if (running === 0) accounts.delete(name);
  }
  return account;
}

function cellsOf(limits: Limits): Cell[] {
  const names = ['requests', 'readUnits', 'writeUnits', 'itemsWritten'] as const;
  return names.flatMap((name): Cell[] => {
    const rate = limits[name];
    if (!rate) return [];
    const count = rate.count / limits.replicas;
    const interval = (rate.seconds * MILLISECONDS) / count;
    const burst = Math.max(MILLISECONDS, rate.seconds * MILLISECONDS * BURST_SHARE, interval);
    return [{ name, interval, burst, rate }];
  });
}

/** By how many milliseconds a limit has been used ahead of the clock. */
function ahead({ until }: Account, { name }: Cell, at: number): number {
  return Math.max(0, (until.get(name) ?? 0) - at);
}

function charge(account: Account, cell: Cell, units: number, at: number): void {
  account.until.set(cell.name, at + ahead(account, cell, at) + units * cell.interval);
}

/** One more request must fit; capacity is known only afterwards, so that debt is what refuses. */
function refuseInDebt(account: Account, cell: Cell, at: number): void {
  const needed = cell.name === 'requests' ? cell.interval : 0;
  const excess = ahead(account, cell, at) + needed - cell.burst;
  const isOver = needed > 0 ? excess > ROUNDING : excess >= 0;
  if (isOver)
    throw limited(NAMES[cell.name], Math.max(1, Math.ceil(excess / MILLISECONDS)), cell, 0);
}

/** Sums of intervals are not exact. */
const ROUNDING = 1e-6;

const NAMES = {
  requests: 'requests',
  readUnits: 'read capacity',
  writeUnits: 'write capacity',
  itemsWritten: 'written items',
} as const;

function amount(used: Usage, { name }: Cell): number {
  return name === 'requests' ? 0 : used[name];
}

function requestsLeft(account: Account, cell: Cell, at: number): RequestsLeft {
  const left = Math.floor((cell.burst - ahead(account, cell, at)) / cell.interval + ROUNDING);
  return fieldsOf(cell, Math.max(0, left), Math.ceil(cell.interval / MILLISECONDS));
}

function fieldsOf({ rate }: Cell, left: number, seconds: number): RequestsLeft {
  return {
    policy: `"requests";q=${rate.count};w=${rate.seconds}`,
    left: `"requests";r=${left};t=${seconds}`,
  };
}

function limited(what: string, seconds: number, cell?: Cell, left = 0): RateLimitedError {
  const requests = cell?.name === 'requests' ? fieldsOf(cell, left, seconds) : undefined;
  return new RateLimitedError(what, seconds, requests);
}

/** A principal's own limit is reached. */
export class RateLimitedError extends ServiceError {
  readonly requests: RequestsLeft | undefined;

  constructor(what: string, seconds: number, requests: RequestsLeft | undefined) {
    super('RateLimited', `Your limit of ${what} is reached; try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    });
    this.requests = requests;
  }
}
