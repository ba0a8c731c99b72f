import { readAtMost } from '../../read-at-most.ts';
import { type KeyList, MOST_BYTES, readKeyList } from './key-list.ts';
import { type KeySource, keysUnavailable, type NoteFailure } from './key-source.ts';

/** Keys are read again in the background once they are this old. */
const FRESH_MS = 300_000;
/** How long keys are used while the issuer is down. */
const KEPT_MS = 86_400_000;
/** What callers can cause, such as unknown key ids, leads to no more than a request in this time. */
const PAUSE_MS = 30_000;
/** Without any keys it is tried sooner. */
const SHORT_PAUSE_MS = 1_000;
const TIMEOUT_MS = 5_000;

export interface RemoteKeysOptions {
  readonly uri: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Aborts when the service ends. */
  readonly signal: AbortSignal;
  readonly onFailure: NoteFailure;
}

/**
 * Keys behind a URL: one request at a time, no redirects, nothing larger than a key set. They are read
 * when the source is made, when they get old, and when a token names one that is not there.
 */
export function createRemoteKeys(options: RemoteKeysOptions): KeySource {
  const { now, onFailure } = options;
  let keys: KeyList | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const read = async () => {
    try {
      keys = await fetchKeys(options);
      readAt = now();
    } catch (error) {
      onFailure(error instanceof Error ? error.message : 'unknown');
    } finally {
      underWay = undefined;
    }
  };
  /** The request that is under way, or a new one if the last is long enough ago. */
  const refresh = (pause: number): Promise<void> | undefined => {
    if (!underWay && now() - triedAt >= pause) {
      triedAt = now();
      underWay = read();
    }
    return underWay;
  };
  const known = () => (now() - readAt < KEPT_MS ? keys : undefined);

  void refresh(0);
  return {
    find: async (hint) => {
      if (!known()) await refresh(SHORT_PAUSE_MS);
      const current = known();
      if (!current) throw keysUnavailable();
      if (now() - readAt >= FRESH_MS) void refresh(PAUSE_MS);
      const key = await current.find(hint);
      if (key) return key;
      await refresh(PAUSE_MS);
      return keys?.find(hint);
    },
  };
}

async function fetchKeys(options: RemoteKeysOptions): Promise<KeyList> {
  const response = await options.fetch(options.uri, {
    redirect: 'error',
    headers: { accept: 'application/jwk-set+json, application/json' },
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const body = await readAtMost(response.body, MOST_BYTES, () => new Error('too large'));
  const keys = readKeyList(body.toString());
  if (!keys) throw new Error('no keys in it');
  return keys;
}
