import { ALGORITHMS, type IssuerSettings, type RevokedEntry } from '../tokens/settings.ts';
import type { IssuerText, RevokedText } from './shape/issuer.ts';

/** An issuer of the policy, as the verifier of tokens knows it. */
export function compileIssuer(name: string, text: IssuerText): IssuerSettings {
  const { algorithms, jwks_file: file, jwks_uri: uri = '' } = text;
  return {
    name,
    issuer: text.issuer,
    audience: text.audience,
    audienceClaim: text.audience_claim ?? 'aud',
    algorithms: ALGORITHMS.filter((algorithm) => algorithms.includes(algorithm)),
    keys: file === undefined ? { uri } : { file },
    scopeClaim: text.scope_claim ?? 'scope',
  };
}

/** An entry of `revoked`. */
export function compileRevoked(text: RevokedText): RevokedEntry {
  return {
    issuer: text.issuer,
    sub: text.sub,
    jti: text.jti,
    clientId: text.client_id,
    issuedBefore: text.issued_before === undefined ? undefined : new Date(text.issued_before),
  };
}
