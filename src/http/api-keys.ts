import { createHash, timingSafeEqual } from 'node:crypto';

/** Who holds a key, and the key's SHA-256 in hexadecimal. */
export interface ApiKeyHash {
  readonly name: string;
  readonly hash: string;
}

/** SHA-256 of a key in hexadecimal, as it stands in API_KEYS. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Finds who holds a key, as it was made of the key's entry; undefined for a key that is not known. */
export function createKeyHolders<Holder>(
  apiKeys: readonly ApiKeyHash[],
  holderOf: (entry: ApiKeyHash) => Holder,
): (key: string) => Holder | undefined {
  const holders = apiKeys.map((entry) => ({
    holder: holderOf(entry),
    hash: Buffer.from(entry.hash, 'hex'),
  }));
  return (key) => {
    const hash = Buffer.from(hashApiKey(key), 'hex');
    // Every key is compared, so that the time tells nothing about which one is close.
    const [found] = holders.filter((candidate) => timingSafeEqual(candidate.hash, hash));
    return found?.holder;
  };
}
