import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { TokenIdentity } from '../identity.ts';
import type { IssuerSettings } from './settings.ts';

/** Stands where a token names no subject: no subject may look like it. */
const CLIENT_PREFIX = 'client:';

/** The client of a token: `client_id`, or `azp` as other issuers call it. */
export function clientOf({ client_id: client, azp }: JsonObject): string | undefined {
  return nameIn(client) ?? nameIn(azp);
}

/**
 * Who bears a verified token; frozen. Undefined for a token that names neither subject nor client, or
 * a subject that could be taken for another principal.
 */
export function bearerOf(
  { name: issuer, scopeClaim }: IssuerSettings,
  claims: JsonObject,
): TokenIdentity | undefined {
  const subject = nameIn(claims.sub);
  const clientId = clientOf(claims);
  if (claims.sub !== undefined && (subject === undefined || subject.startsWith(CLIENT_PREFIX))) {
    return undefined;
  }
  if (subject === undefined && clientId === undefined) return undefined;
  const scopes = scopesIn(claims[scopeClaim]);
  const identity: TokenIdentity = { kind: 'token', issuer, subject, clientId, scopes, claims };
  return freezeDeeply(identity);
}

function nameIn(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' && claim.isWellFormed() ? claim : undefined;
}

function scopesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}

/** The reader of tokens bounds the depth. */
function freezeDeeply<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (Array.isArray(member) || isJsonObject(member)) freezeDeeply(member);
  }
  return Object.freeze(value);
}
