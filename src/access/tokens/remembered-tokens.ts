import type { TokenIdentity } from '../identity.ts';

const MOST_TOKENS = 10_000;
const LONGEST_MS = 60_000;
const SECOND_MS = 1_000;

interface Entry {
  readonly identity: TokenIdentity;
  readonly until: number;
}

/** Tokens that were verified, by the hash of their text. */
export interface RememberedTokens {
  /** Who bears it; undefined if it is not known, or has to be verified again. */
  get(hash: string): TokenIdentity | undefined;
  /** Remembers it until it expires, and no longer than a minute. Who was known by it stays the same object. */
  add(hash: string, identity: TokenIdentity, expires: number): TokenIdentity;
  clear(): void;
}

/** Remembers a bounded number of tokens; those that were not used for longest go first. */
export function createRememberedTokens(now: () => number, most = MOST_TOKENS): RememberedTokens {
  const entries = new Map<string, Entry>();
  const touch = (hash: string, entry: Entry) => {
    entries.delete(hash);
    entries.set(hash, entry);
  };
  return {
    get: (hash) => {
      const entry = entries.get(hash);
      if (!entry || entry.until <= now()) return undefined;
      touch(hash, entry);
      return entry.identity;
    },
    add: (hash, verified, expires) => {
      const identity = entries.get(hash)?.identity ?? verified;
      touch(hash, { identity, until: Math.min(now() + LONGEST_MS, expires * SECOND_MS) });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
      return identity;
    },
    clear: () => entries.clear(),
  };
}
