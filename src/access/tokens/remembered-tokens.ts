import type { TokenIdentity } from '../identity.ts';

const MOST_TOKENS = 10_000;
const LONGEST_MS = 60_000;
const SECOND_MS = 1_000;

/** A token that was verified. */
export interface RememberedToken {
  /** Who bears it: always the same object. */
  readonly identity: TokenIdentity;
  /** Whether it need not be verified again yet. */
  isCurrent(): boolean;
}

/** Tokens that were verified, by the hash of their text. */
export interface RememberedTokens {
  /** Undefined if it is not known, or has to be verified again. */
  get(hash: string): RememberedToken | undefined;
  /** Remembers it until it expires, and no longer than a minute. Who was known by it stays the same object. */
  add(hash: string, identity: TokenIdentity, expires: number): TokenIdentity;
  /** Also whoever holds what was remembered has to verify it again. */
  clear(): void;
}

/** Remembers a bounded number of tokens; those that were not used for longest go first. */
export function createRememberedTokens(now: () => number, most = MOST_TOKENS): RememberedTokens {
  const entries = new Map<string, RememberedToken>();
  let generation = 0;
  const touch = (hash: string, entry: RememberedToken) => {
    entries.delete(hash);
    entries.set(hash, entry);
  };
  const entryOf = (identity: TokenIdentity, until: number): RememberedToken => {
    const own = generation;
    return { identity, isCurrent: () => own === generation && now() < until };
  };
  return {
    get: (hash) => {
      const entry = entries.get(hash);
      if (!entry?.isCurrent()) return undefined;
      touch(hash, entry);
      return entry;
    },
    add: (hash, verified, expires) => {
      const identity = entries.get(hash)?.identity ?? verified;
      touch(hash, entryOf(identity, Math.min(now() + LONGEST_MS, expires * SECOND_MS)));
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
      return identity;
    },
    clear: () => {
      generation++;
      entries.clear();
    },
  };
}
