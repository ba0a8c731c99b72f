import type { JsonObject } from '../../json/parse.ts';

/** What an ID token or a logout token has and an access token has no use for. */
const OF_OTHER_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];
/** Kinds that Keycloak names in a claim. */
const OTHER_KINDS = new Set<unknown>(['ID', 'Refresh', 'Offline', 'Logout']);

/**
 * Whether a token is an access token for whoever bears it. `at+jwt` says so. Without it, what is typed
 * as anything but a JWT, has a claim of ID or logout tokens, or says by `token_use` (Cognito) or `typ`
 * (Keycloak) that it is another, is refused; the audience keeps out the rest, since an ID token's is a
 * client. A token bound to a key (`cnf`) is none for a bearer.
 */
export function isAccessToken({ typ: written }: JsonObject, claims: JsonObject): boolean {
  if (claims.cnf !== undefined) return false;
  if (written !== undefined && typeof written !== 'string') return false;
  const type = (written ?? 'jwt').toLowerCase().replace(/^application\//, '');
  if (type === 'at+jwt') return true;
  if (type !== 'jwt') return false;
  const { token_use: use = 'access', typ } = claims;
  return (
    use === 'access' &&
    !OTHER_KINDS.has(typ) &&
    !OF_OTHER_TOKENS.some((name) => Object.hasOwn(claims, name))
  );
}
