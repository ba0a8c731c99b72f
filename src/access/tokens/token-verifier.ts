import { hash } from 'node:crypto';
import type { Logger } from 'pino';
import type { TokenIdentity } from '../identity.ts';
import { checkToken, type TokenRules } from './check-token.ts';
import { MOST_CHARACTERS } from './compact-token.ts';
import { createKeySources } from './key-sources.ts';
import { RefusedToken } from './refused-token.ts';
import { createRememberedTokens, type RememberedToken } from './remembered-tokens.ts';
import { createRevocation } from './revocation.ts';
import { audiencesOf, checkTokenSettings, type TokenSettings } from './settings.ts';

/** Tells who bears an access token. */
export interface TokenVerifier {
  /** Checks a token; throws Unauthenticated, or Overloaded while its issuer's keys cannot be read. */
  verify(token: string): Promise<TokenIdentity>;
  /** A token that was verified less than a minute ago. */
  remembered(token: string): RememberedToken | undefined;
  /** Takes other settings, for tokens remembered or being verified too. Throws StartError, and keeps the old. */
  reload(settings: TokenSettings): void;
  /** Gives up requests for keys. */
  close(): void;
}

export interface TokenVerifierOptions extends TokenSettings {
  readonly log: Logger;
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

/** A verifier that has begun to read its issuers' keys. Throws StartError on settings that make no sense. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { log, now = Date.now } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const sourceOf = createKeySources({ log, now, fetch: options.fetch ?? fetch, signal });
  const remembered = createRememberedTokens(now);

  const rulesOf = (settings: TokenSettings): TokenRules => {
    checkTokenSettings(settings);
    const { issuers, revoked, publicUrl } = settings;
    const entries = issuers.map((issuer) => ({
      settings: issuer,
      audiences: audiencesOf(issuer, publicUrl),
      resources: audiencesOf({ ...issuer, audience: [], audienceClaim: 'aud' }, publicUrl),
      keys: sourceOf(issuer),
    }));
    return {
      issuers: new Map(entries.map((entry) => [entry.settings.issuer, entry])),
      isRevoked: createRevocation(revoked),
      now,
    };
  };
  let rules = rulesOf(options);

  /** By the rules at its end: others may have come while it waited for a key. */
  const check = async (token: string, key: string): Promise<TokenIdentity> => {
    const current = rules;
    const { identity, expires } = await checkToken(token, current);
    return current === rules ? remembered.add(key, identity, expires) : check(token, key);
  };
  return {
    verify: async (token) => {
      try {
        return await check(token, hashOf(token));
      } catch (error) {
        if (!(error instanceof RefusedToken)) throw error;
        log.info({ reason: error.reason }, 'Access token refused');
        throw error.toServiceError();
      }
    },
    remembered: (token) =>
      token.length > MOST_CHARACTERS ? undefined : remembered.get(hashOf(token)),
    reload: (settings) => {
      rules = rulesOf(settings);
      remembered.clear();
    },
    close: () => closing.abort(),
  };
}

/** Nothing keeps a token itself. */
function hashOf(token: string): string {
  return hash('sha256', token, 'base64');
}
