import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS, type Algorithm } from '../../../src/access/tokens/settings.ts';
import type { JsonObject } from '../../../src/json/parse.ts';
import {
  assemble,
  CLAIMS,
  ISSUER,
  KeyServer,
  NOW_S,
  newKey,
  newTextKey,
  PUBLIC_URL,
  SETTINGS,
  type SigningKey,
  verifierOf,
} from '../../support/token-issuer.ts';

let keys: Record<Algorithm, SigningKey>;
let foreign: SigningKey;
let server: KeyServer;

beforeAll(async () => {
  const made = await Promise.all(ALGORITHMS.map((alg) => newKey(alg)));
  keys = Object.fromEntries(ALGORITHMS.map((alg, at) => [alg, made[at]])) as typeof keys;
  foreign = await newKey('ES256');
  server = new KeyServer(...made);
});

const NOT_VALID = 'The access token is not valid.';

/** What a verifier of these settings says of a token: why it refuses it, or undefined. */
async function refusal(token: string, settings: Partial<typeof SETTINGS> = {}) {
  const { verifier, logs } = verifierOf(server, { issuers: [{ ...SETTINGS, ...settings }] });
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      challenge: { error: 'invalid_token' },
    });
    expect(verifier.remembered(token)).toBeUndefined();
    expect(logs).toHaveLength(1);
    expect(JSON.stringify(logs)).not.toContain(token.split('.')[1]);
    return logs[0]?.reason;
  }
}

/** A token of the issuer whose claims differ from good ones. */
function tokenWith(claims: JsonObject, header: JsonObject = {}): Promise<string> {
  return keys.ES256.sign({ ...CLAIMS, ...claims }, header);
}

describe('a good token', () => {
  test.each(ALGORITHMS)('is taken by %s, for whom it says', async (alg) => {
    const { verifier, logs } = verifierOf(server);
    const token = await keys[alg].sign(CLAIMS);

    const identity = await verifier.verify(token);

    expect(identity).toEqual({
      kind: 'token',
      issuer: 'main',
      subject: 'user-1',
      clientId: 'app-1',
      scopes: ['dynamodb:read', 'openid'],
      claims: CLAIMS,
    });
    expect([identity, identity.scopes, identity.claims].every(Object.isFrozen)).toBe(true);
    expect(logs).toEqual([]);
  });

  test.each([
    ['a list of scopes', { scope: ['a', 1, 'b'] }, { scopes: ['a', 'b'] }],
    ['no scopes', { scope: undefined }, { scopes: [] }],
    ['a client alone', { sub: undefined }, { subject: undefined, clientId: 'app-1' }],
    ['a client as azp', { client_id: undefined, azp: 'app-2' }, { clientId: 'app-2' }],
    ['a subject alone', { client_id: undefined }, { subject: 'user-1', clientId: undefined }],
  ])('may have %s', async (_what, claims, expected) => {
    const { verifier } = verifierOf(server);

    expect(await verifier.verify(await tokenWith(claims))).toMatchObject(expected);
  });

  test('has exact numbers in its claims', async () => {
    const key = newTextKey();
    const claims = JSON.stringify({ ...CLAIMS, tenant: 0 }).replace(':0', ':12345678901234567890');

    const identity = await verifierOf(new KeyServer(key)).verifier.verify(key.signText(claims));

    expect(JSON.stringify(identity.claims.tenant)).toBe('12345678901234567890');
  });
});

describe('signatures', () => {
  test.each(['HS256', 'HS384', 'HS512'])('a public key is no secret for %s', async (alg) => {
    const { jwk } = keys.RS256;
    const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey);
    for (const secret of [pem, JSON.stringify(jwk), String(jwk.n)]) {
      const text = assemble({ alg, kid: 'RS256', typ: 'at+jwt' }, CLAIMS, '').slice(0, -1);
      const signature = createHmac(alg.replace('HS', 'sha'), secret).update(text);

      expect(await refusal(`${text}.${signature.digest('base64url')}`)).toBe('algorithm');
    }
  });

  test.each(['none', 'None', 'NONE', '', null, 7, ['ES256']])('%j is no algorithm', async (alg) => {
    expect(await refusal(assemble({ alg, typ: 'at+jwt' }, CLAIMS))).toBe('algorithm');
  });

  test('a token without a signature is none', async () => {
    expect(await refusal(assemble({ alg: 'none', typ: 'at+jwt' }, CLAIMS, ''))).toBe('malformed');
  });

  test('an algorithm that the issuer does not use is refused', async () => {
    const token = await keys.RS256.sign(CLAIMS);

    expect(await refusal(token, { algorithms: ['ES256'] })).toBe('algorithm');
  });

  test.each([
    ['a foreign key under a known id', async () => foreign.sign(CLAIMS)],
    ['a key that the token brings', async () => foreign.sign(CLAIMS, { jwk: foreign.jwk })],
    ['a URL of keys', async () => foreign.sign(CLAIMS, { jku: 'https://evil.example/jwks' })],
    [
      'certificates',
      async () => foreign.sign(CLAIMS, { x5u: 'https://evil.example', x5c: ['AA'] }),
    ],
    ['a key of another kind', async () => keys.RS256.sign(CLAIMS, { kid: 'PS256' })],
    ['another payload', async () => splice(await tokenWith({}), await tokenWith({ sub: 'root' }))],
  ])('%s does not open', async (_what, make) => {
    expect(await refusal(await make())).toMatch(/^(signature|unknown key)$/);
  });

  test.each(['../../etc/passwd', '/dev/null', "' OR 1=1 --", '__proto__', 'constructor', ''])(
    'the key id %j names nothing',
    async (kid) => {
      expect(await refusal(await keys.ES256.sign(CLAIMS, { kid }))).toBe('unknown key');
    },
  );

  test('a key id is a text', async () => {
    const [, claims, signature] = (await tokenWith({})).split('.');
    const [head] = assemble({ alg: 'ES256', kid: ['ES256'] }, {}).split('.');

    expect(await refusal([head, claims, signature].join('.'))).toBe('malformed');
  });

  test('what a token insists on is refused', async () => {
    const [, claims, signature] = (await tokenWith({})).split('.');
    const [head] = assemble({ alg: 'ES256', kid: 'ES256', crit: ['b64'], b64: false }, {}).split(
      '.',
    );

    expect(await refusal([head, claims, signature].join('.'))).toBe('malformed');
  });

  test('without a key id the one key that fits is used', async () => {
    const token = await keys.ES256.sign(CLAIMS, { kid: undefined });

    expect(await refusal(token)).toBeUndefined();
  });

  test('a secret or a private part in a key set is left out', async () => {
    const secret = Buffer.from('secret-secret-secret-secret-secret').toString('base64url');
    const own = new KeyServer();
    own.keys = [
      { kty: 'oct', k: secret, kid: 'ES256', alg: 'ES256' },
      { ...keys.ES256.jwk, d: String(keys.ES256.jwk.x) },
    ];
    const { verifier } = verifierOf(own);

    expect(await verifier.verify(await tokenWith({}))).toMatchObject({ subject: 'user-1' });
  });
});

function splice(signed: string, other: string): string {
  const [header, , signature] = signed.split('.');
  return [header, other.split('.')[1], signature].join('.');
}

describe('claims', () => {
  const prefix = `${PUBLIC_URL}/mcp`;

  test.each([PUBLIC_URL, `${PUBLIC_URL}/`, prefix, `${prefix}/`, [prefix, 'other']])(
    'the audience %j is this service',
    async (aud) => {
      expect(await refusal(await tokenWith({ aud }))).toBeUndefined();
    },
  );

  test.each([
    undefined,
    '',
    [],
    'https://db.example.com.evil',
    'https://evil.db.example.com',
    'https://db.example.co',
    'https://db.example.com:444',
    'https://db.example.com/mcp2',
    'https://db.example.com//mcp',
    'https://db.example.com/mcp//',
    'http://db.example.com',
    'HTTPS://DB.EXAMPLE.COM',
    'https://db.example.com@evil.example',
    [[PUBLIC_URL, 'x']],
    ['other', ['https://db.example.com.evil']],
    { 0: PUBLIC_URL },
    'app-1',
  ])('the audience %j is another', async (aud) => {
    expect(await refusal(await tokenWith({ aud: aud as string }))).toMatch(/^(audience|claims)$/);
  });

  test('an audience that is configured is the only one', async () => {
    const only = { audience: ['api://db'] };

    expect(await refusal(await tokenWith({ aud: 'api://db' }), only)).toBeUndefined();
    expect(await refusal(await tokenWith({}), only)).toBe('audience');
  });

  test.each([
    ['its client', { aud: undefined }, undefined],
    ['its client, and this service', { aud: PUBLIC_URL }, undefined],
    ['its client, and others', { aud: 'https://other.example' }, 'audience'],
    ['another client', { aud: undefined, client_id: 'app-2' }, 'audience'],
    ['a client as azp', { aud: undefined, client_id: undefined, azp: 'app-1' }, 'audience'],
    ['an ID token for its client', { aud: 'app-1', client_id: undefined }, 'audience'],
  ])('where the client is the audience: %s', async (_what, claims, reason) => {
    const byClient = { audienceClaim: 'client_id', audience: ['app-1'] } as const;

    expect(await refusal(await tokenWith(claims), byClient)).toBe(reason);
  });

  test.each([
    `${ISSUER}/`,
    'https://auth.example.com.evil',
    'HTTPS://auth.example.com',
    undefined,
    [ISSUER],
    '__proto__',
  ])('the issuer %j is foreign, and no key is looked for', async (iss) => {
    const own = new KeyServer(foreign);
    const { verifier } = verifierOf(own);
    const token = await foreign.sign({ ...CLAIMS, iss: iss as string });

    await expect(verifier.verify(token)).rejects.toThrow(NOT_VALID);
    // The one at the start.
    expect(own.requests).toBe(1);
  });

  test.each([
    ['no end', { exp: undefined }, 'malformed'],
    ['an end that is a text', { exp: '1900000000' as unknown as number }, 'malformed'],
    ['an end without end', { exp: 1e300 }, 'malformed'],
    ['an end long ago', { exp: 1 }, 'expired'],
    ['an end 31 s ago', { exp: NOW_S - 31 }, 'expired'],
    ['an end 29 s ago', { exp: NOW_S - 29 }, undefined],
    ['a start in 31 s', { nbf: NOW_S + 31 }, 'not yet valid'],
    ['a start in 29 s', { nbf: NOW_S + 29 }, undefined],
    ['a start that is a text', { nbf: 'now' as unknown as number }, 'malformed'],
    ['nobody', { sub: undefined, client_id: undefined }, 'nobody'],
    ['an empty subject', { sub: '' }, 'nobody'],
    ['a subject that is a number', { sub: 7 as unknown as string }, 'claims'],
    ['a subject like a client', { sub: 'client:app-1' }, 'nobody'],
    ['half a character as subject', { sub: 'a\ud800' }, 'nobody'],
  ])('%s', async (_what, claims, reason) => {
    const seen = await refusal(await tokenWith(claims));

    if (reason === 'claims') expect(seen).toMatch(/^(claims|nobody)$/);
    else expect(seen).toBe(reason);
  });
});

describe('kinds of tokens', () => {
  test.each([
    ['an ID token with a nonce', { nonce: 'n' }, { typ: 'JWT' }],
    ['an ID token with at_hash', { at_hash: 'h' }, { typ: undefined }],
    ["Cognito's ID token", { token_use: 'id' }, { typ: undefined }],
    ["Keycloak's ID token", { typ: 'ID' }, { typ: 'JWT' }],
    ["Keycloak's refresh token", { typ: 'Refresh' }, { typ: 'JWT' }],
    ['a logout token', { events: {} }, { typ: 'logout+jwt' }],
    ['a proof', {}, { typ: 'dpop+jwt' }],
    ['a token of a type that is no text', {}, { typ: 7 }],
    ['a token bound to a key', { cnf: { jkt: 'x' } }, { typ: 'at+jwt' }],
  ])('%s is refused', async (_what, claims, header) => {
    expect(await refusal(await tokenWith(claims, header))).toMatch(/^(kind|signature|claims)$/);
  });

  test.each(['JWT', 'jwt', 'application/at+jwt', 'AT+JWT', undefined])(
    '%j is taken',
    async (typ) => {
      expect(await refusal(await tokenWith({}, { typ }))).toBeUndefined();
    },
  );

  test.each(['JWT', undefined])('%j is refused where the issuer says at+jwt', async (typ) => {
    expect(await refusal(await tokenWith({}, { typ }), { typ: 'at+jwt' })).toMatch(/kind|claims/);
    expect(await refusal(await tokenWith({}), { typ: 'at+jwt' })).toBeUndefined();
  });
});
