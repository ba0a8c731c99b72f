import type { Logger } from 'pino';
import { createFileKeys } from './file-keys.ts';
import type { KeySource } from './key-source.ts';
import { createRemoteKeys } from './remote-keys.ts';
import type { IssuerSettings } from './settings.ts';

/** The key source of each issuer: the same one as long as its keys are at the same place. */
export function createKeySources(options: {
  log: Logger;
  now: () => number;
  fetch: typeof fetch;
  signal: AbortSignal;
}): (issuer: IssuerSettings) => KeySource {
  const { log, ...how } = options;
  const sources = new Map<string, KeySource>();
  return ({ name, keys }) => {
    const place = JSON.stringify(keys);
    const known = sources.get(place);
    if (known) return known;
    const onFailure = (reason: string) =>
      log.warn({ issuer: name, reason }, "The keys of the tokens' issuer could not be read");
    const source =
      'uri' in keys
        ? createRemoteKeys({ ...how, uri: keys.uri, onFailure })
        : createFileKeys({ ...how, file: keys.file, onFailure });
    sources.set(place, source);
    return source;
  };
}
