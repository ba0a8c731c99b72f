import { list } from './fields.ts';

/** Who holds a key, and the key's SHA-256 in hexadecimal. */
export interface ApiKeyEntry {
  readonly name: string;
  readonly hash: string;
}

/** What the name of a key is made of. */
const NAME = /^[\w.@-]+$/;
const HASH = /^[0-9a-f]{64}$/;

/** Whether the service takes an entry of this name. */
export function isKeyName(name: string): boolean {
  return NAME.test(name);
}

/** API_KEYS: entries of a name and a hash. */
export const apiKeys = list(
  (entry) => readEntry(entry),
  'must be a comma separated list of name:sha256, as `hash-key` makes them',
);

function readEntry(entry: string): ApiKeyEntry | undefined {
  const [name = '', hash = '', ...more] = entry.split(':');
  return isKeyName(name) && HASH.test(hash) && more.length === 0 ? { name, hash } : undefined;
}
