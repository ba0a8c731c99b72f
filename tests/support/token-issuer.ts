import { generateKeyPairSync, sign } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Algorithm, IssuerSettings } from '../../src/access/tokens/settings.ts';
import {
  createTokenVerifier,
  type TokenVerifierOptions,
} from '../../src/access/tokens/token-verifier.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { createLogger } from '../../src/observability/logger.ts';

export const PUBLIC_URL = 'https://db.example.com';
export const ISSUER = 'https://auth.example.com';
/** The time of every test, in seconds. */
export const NOW_S = 1_800_000_000;

/** What the issuer is configured as, unless a test says otherwise. */
export const SETTINGS: IssuerSettings = {
  name: 'main',
  issuer: ISSUER,
  audience: [],
  audienceClaim: 'aud',
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
  keys: { uri: `${ISSUER}/jwks` },
  scopeClaim: 'scope',
};

/** The claims of a good access token. */
export const CLAIMS: JsonObject = {
  iss: ISSUER,
  aud: PUBLIC_URL,
  sub: 'user-1',
  client_id: 'app-1',
  jti: 'token-1',
  scope: 'dynamodb:read openid',
  iat: NOW_S - 10,
  exp: NOW_S + 600,
};

/** A key of an issuer, and what signs with it. */
export interface SigningKey {
  readonly jwk: JWK;
  sign(claims: JsonObject, header?: JsonObject): Promise<string>;
}

/** A new key of an algorithm. */
export async function newKey(alg: Algorithm, kid: string = alg): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg }, sign: signer(privateKey, alg, kid) };
}

function signer(key: CryptoKey, alg: string, kid: string): SigningKey['sign'] {
  return (claims, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header }).sign(key);
}

/** A key that signs texts as they are, whatever JSON they hold. */
export function newTextKey(kid = 'text') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk: JWK = { ...publicKey.export({ format: 'jwk' }), kid };
  return {
    jwk,
    signText: (claims: string, header = JSON.stringify({ alg: 'EdDSA', kid })) => {
      const text = assemble(header, claims, '').slice(0, -1);
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    },
  };
}

/** Any header and claims, as texts or values, with any signature. */
export function assemble(
  header: JsonObject | string,
  claims: JsonObject | string,
  signature = 'AA',
) {
  const encode = (part: JsonObject | string) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

/** A place with keys, which can be changed and fail. */
export class KeyServer {
  keys: JWK[];
  /** Instead of keys. */
  answer: (() => Promise<Response>) | undefined;
  requests = 0;

  constructor(...keys: Pick<SigningKey, 'jwk'>[]) {
    this.keys = keys.map(({ jwk }) => jwk);
  }

  readonly fetch = async (): Promise<Response> => {
    this.requests++;
    return this.answer?.() ?? Response.json({ keys: this.keys });
  };
}

/** A verifier of the issuer at a time that the test sets, and what it logs. */
export function verifierOf(server: KeyServer, options: Partial<TokenVerifierOptions> = {}) {
  const logs: JsonObject[] = [];
  const clock = { seconds: NOW_S };
  const verifier = createTokenVerifier({
    issuers: [SETTINGS],
    revoked: [],
    publicUrl: PUBLIC_URL,
    log: createLogger(
      { level: 'trace', environment: 'test' },
      { write: (line) => void logs.push(JSON.parse(line)) },
    ),
    now: () => clock.seconds * 1_000,
    fetch: server.fetch,
    ...options,
  });
  return { verifier, logs, clock };
}
