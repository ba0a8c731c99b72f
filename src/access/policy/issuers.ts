import type { TokenIdentity } from '../identity.ts';
import type { IssuerText, RevokedText } from './shape/issuer.ts';

/** Whose tokens are taken, and how they are checked. */
export interface IssuerSettings {
  /** As the policy and principals name it. */
  readonly name: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: 'aud' | 'client_id';
  readonly algorithms: readonly string[];
  /** One of the two is there. */
  readonly jwksUri: string | undefined;
  readonly jwksFile: string | undefined;
  readonly scopeClaim: string;
}

/** Tokens that count no longer: those that have all of what is named. */
export interface Revocation {
  readonly issuer: string;
  readonly sub: string | undefined;
  readonly jti: string | undefined;
  readonly clientId: string | undefined;
  /** In seconds since 1970, as `iat`. */
  readonly issuedBefore: number | undefined;
}

/** An issuer of the policy. */
export function compileIssuer(name: string, text: IssuerText): IssuerSettings {
  return {
    name,
    issuer: text.issuer,
    audience: text.audience,
    audienceClaim: text.audience_claim ?? 'aud',
    algorithms: text.algorithms,
    jwksUri: text.jwks_uri,
    jwksFile: text.jwks_file,
    scopeClaim: text.scope_claim ?? 'scope',
  };
}

/** An entry of `revoked`. */
export function compileRevoked(text: RevokedText): Revocation {
  return {
    issuer: text.issuer,
    sub: text.sub,
    jti: text.jti,
    clientId: text.client_id,
    issuedBefore:
      text.issued_before === undefined ? undefined : Date.parse(text.issued_before) / 1_000,
  };
}

/** Whether a verified token counts no longer; one that does not say when it was issued is old. */
export function isRevoked(
  { issuer, subject, clientId, claims }: TokenIdentity,
  revoked: readonly Revocation[],
): boolean {
  return revoked.some(
    (entry) =>
      entry.issuer === issuer &&
      (entry.sub === undefined || entry.sub === subject) &&
      (entry.clientId === undefined || entry.clientId === clientId) &&
      (entry.jti === undefined || entry.jti === claims.jti) &&
      (entry.issuedBefore === undefined || !(Number(claims.iat) >= entry.issuedBefore)),
  );
}
