import { errors, jwtVerify } from 'jose';
import type { JsonObject } from '../../json/parse.ts';
import type { TokenIdentity } from '../identity.ts';
import { bearerOf, clientOf } from './bearer.ts';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import type { KeySource } from './key-source.ts';
import { type Reason, RefusedToken } from './refused-token.ts';
import type { IsRevoked } from './revocation.ts';
import type { IssuerSettings } from './settings.ts';
import { isAccessToken } from './token-kind.ts';

const TOLERANCE_S = 30;
const SECOND_MS = 1_000;

/** An issuer with what was made of its settings. */
export interface Issuer {
  readonly settings: IssuerSettings;
  readonly audiences: ReadonlySet<unknown>;
  /** What `aud` may be where another claim is the audience: it need not be there. */
  readonly resources: ReadonlySet<unknown>;
  readonly keys: KeySource;
}

/** What a token is checked against. */
export interface TokenRules {
  /** By their identifiers. */
  readonly issuers: ReadonlyMap<string, Issuer>;
  readonly isRevoked: IsRevoked;
  readonly now: () => number;
}

/** A token that has passed every check. */
export interface CheckedToken {
  readonly identity: TokenIdentity;
  /** As `exp` has it, in seconds. */
  readonly expires: number;
}

/**
 * Checks a token's form, issuer, signature, kind, audience, times, bearer and revocation, in this
 * order: no key is looked for before the issuer is known. Throws RefusedToken.
 */
export async function checkToken(text: string, rules: TokenRules): Promise<CheckedToken> {
  const token = readCompactToken(text);
  if (!token) throw new RefusedToken('malformed');
  const { header, claims } = token;
  const issuer = typeof claims.iss === 'string' ? rules.issuers.get(claims.iss) : undefined;
  if (!issuer) throw new RefusedToken('unknown issuer');
  await verifySignature(text, token, issuer, rules.now);
  if (!isAccessToken(header, claims)) throw new RefusedToken('kind');
  if (!isForUs(issuer, claims)) throw new RefusedToken('audience');
  const identity = bearerOf(issuer.settings, claims);
  if (!identity) throw new RefusedToken('nobody');
  if (rules.isRevoked(issuer.settings.name, claims, clientOf(claims))) {
    throw new RefusedToken('revoked');
  }
  return { identity, expires: Number(claims.exp) };
}

async function verifySignature(
  text: string,
  { header: { alg, kid, crit }, claims }: CompactToken,
  { settings, keys }: Issuer,
  now: () => number,
): Promise<void> {
  const algorithm = settings.algorithms.find((allowed) => allowed === alg);
  if (!algorithm) throw new RefusedToken('algorithm');
  // Nothing is understood here that a token could insist on; keys that it brings along are ignored.
  if (crit !== undefined || !isKeyId(kid) || !hasTimes(claims)) throw new RefusedToken('malformed');
  const key = await keys.find({ alg: algorithm, kid });
  if (!key) throw new RefusedToken('unknown key');
  try {
    await jwtVerify(text, key, {
      algorithms: [algorithm],
      issuer: settings.issuer,
      requiredClaims: ['exp'],
      clockTolerance: TOLERANCE_S,
      currentDate: new Date(now()),
      ...(settings.typ && { typ: settings.typ }),
    });
  } catch (error) {
    throw new RefusedToken(reasonOf(error));
  }
}

function isKeyId(kid: unknown): kid is string | undefined {
  return kid === undefined || typeof kid === 'string';
}

/** Times that a double cannot hold would count as endless. */
function hasTimes({ exp, nbf = 0, iat = 0 }: JsonObject): boolean {
  return [exp, nbf, iat].every((time) => Number.isFinite(time) && !overflows(Number(time)));
}

function overflows(seconds: number): boolean {
  return Math.abs(seconds * SECOND_MS) > Number.MAX_SAFE_INTEGER;
}

function reasonOf(error: unknown): Reason {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return 'not yet valid';
    return error.claim === 'typ' ? 'kind' : 'claims';
  }
  if (error instanceof errors.JOSEError || error instanceof TypeError) return 'signature';
  throw error;
}

/** A token may be for several; where the client is what counts, an `aud` must not name others. */
function isForUs({ settings, audiences, resources }: Issuer, claims: JsonObject): boolean {
  const { aud, client_id: client } = claims;
  const named = [aud ?? []].flat();
  if (settings.audienceClaim === 'aud') return named.some((text) => audiences.has(text));
  return (
    settings.audience.some((allowed) => allowed === client) &&
    (aud === undefined || named.some((text) => resources.has(text)))
  );
}
