import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenIdentity } from '../../../src/access/identity.ts';
import { createRememberedTokens } from '../../../src/access/tokens/remembered-tokens.ts';
import type { RevokedEntry } from '../../../src/access/tokens/settings.ts';
import {
  CLAIMS,
  KeyServer,
  NOW_S,
  newKey,
  PUBLIC_URL,
  SETTINGS,
  type SigningKey,
  verifierOf,
} from '../../support/token-issuer.ts';

let key: SigningKey;
let token: string;

beforeAll(async () => {
  key = await newKey('ES256');
  token = await key.sign(CLAIMS);
});

const settings = { issuers: [SETTINGS], revoked: [], publicUrl: PUBLIC_URL };

describe('a verified token', () => {
  test('is remembered for a minute, and its bearer stays the same object', async () => {
    const { verifier, clock } = verifierOf(new KeyServer(key));
    expect(verifier.remembered(token)).toBeUndefined();

    const [identity, again] = await Promise.all([verifier.verify(token), verifier.verify(token)]);
    clock.seconds += 59;

    expect(again).toBe(identity);
    expect(verifier.remembered(token)?.identity).toBe(identity);
    clock.seconds += 1;
    expect(verifier.remembered(token)).toBeUndefined();
    expect(await verifier.verify(token)).toBe(identity);
  });

  test('is not remembered beyond its end', async () => {
    const { verifier, clock } = verifierOf(new KeyServer(key));
    const short = await key.sign({ ...CLAIMS, exp: NOW_S + 5 });
    await verifier.verify(short);

    clock.seconds += 5;
    expect(verifier.remembered(short)).toBeUndefined();
    clock.seconds += 30;
    await expect(verifier.verify(short)).rejects.toThrow('The access token has expired.');
  });

  test('is not remembered under another text', async () => {
    const { verifier } = verifierOf(new KeyServer(key));
    await verifier.verify(token);

    expect(verifier.remembered(`${token}==`)).toBeUndefined();
    expect(verifier.remembered(token.slice(0, -1))).toBeUndefined();
  });

  test('of thousands the one that was not used for longest is forgotten', () => {
    const remembered = createRememberedTokens(() => 0, 3);
    const bearer = (subject: string): TokenIdentity => ({
      kind: 'token',
      issuer: 'main',
      subject,
      clientId: undefined,
      scopes: [],
      claims: {},
    });
    for (const name of ['a', 'b', 'c']) remembered.add(name, bearer(name), 100);
    remembered.get('a');
    remembered.add('d', bearer('d'), 100);

    expect(['a', 'b', 'c', 'd'].filter((name) => remembered.get(name))).toEqual(['a', 'c', 'd']);
  });
});

describe('revocation', () => {
  const issuedAt = new Date((NOW_S - 10) * 1_000);
  const later = new Date((NOW_S - 9) * 1_000);

  test.each<[string, Omit<RevokedEntry, 'issuer'>, boolean]>([
    ['its id', { jti: 'token-1' }, true],
    ['another id', { jti: 'token-2' }, false],
    ['its subject', { sub: 'user-1' }, true],
    ['another subject', { sub: 'user-2' }, false],
    ['its client', { clientId: 'app-1' }, true],
    ['another client', { clientId: 'app-2' }, false],
    ['its subject and client', { sub: 'user-1', clientId: 'app-1' }, true],
    ['its subject and another client', { sub: 'user-1', clientId: 'app-2' }, false],
    ['its subject, issued before a time after it', { sub: 'user-1', issuedBefore: later }, true],
    ['its subject, issued before its own time', { sub: 'user-1', issuedBefore: issuedAt }, false],
    ['everything of the issuer', {}, true],
    ['everything before a time', { issuedBefore: later }, true],
    ['everything before its own time', { issuedBefore: issuedAt }, false],
  ])('by %s', async (_what, entry, revoked) => {
    const server = new KeyServer(key);
    const { verifier } = verifierOf(server, { revoked: [{ issuer: 'main', ...entry }] });

    const verified = verifier.verify(token);

    if (revoked) await expect(verified).rejects.toThrow('The access token was revoked.');
    else expect(await verified).toMatchObject({ subject: 'user-1' });
  });

  test('a token that does not say when it was issued was issued before', async () => {
    const revoked = [{ issuer: 'main', sub: 'user-1', issuedBefore: new Date(0) }];
    const { verifier } = verifierOf(new KeyServer(key), { revoked });

    const undated = await key.sign({ ...CLAIMS, iat: undefined });

    await expect(verifier.verify(undated)).rejects.toThrow('The access token was revoked.');
  });

  test('of another issuer is of no account', async () => {
    const other = { ...SETTINGS, name: 'other', issuer: 'https://other.example' };
    const { verifier } = verifierOf(new KeyServer(key), {
      issuers: [SETTINGS, other],
      revoked: [{ issuer: 'other', sub: 'user-1' }],
    });

    expect(await verifier.verify(token)).toMatchObject({ subject: 'user-1' });
  });
});

describe('other settings', () => {
  test('hold for remembered tokens at once, and keys are kept', async () => {
    const server = new KeyServer(key);
    const { verifier } = verifierOf(server);
    await verifier.verify(token);

    verifier.reload({ ...settings, revoked: [{ issuer: 'main', jti: 'token-1' }] });

    expect(verifier.remembered(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toThrow('The access token was revoked.');
    expect(server.requests).toBe(1);
  });

  test('hold for tokens that are being verified', async () => {
    const server = new KeyServer(key);
    const gate = Promise.withResolvers<Response>();
    server.answer = () => gate.promise;
    const { verifier } = verifierOf(server);
    const verified = verifier.verify(token);

    verifier.reload({ ...settings, revoked: [{ issuer: 'main', jti: 'token-1' }] });
    gate.resolve(Response.json({ keys: server.keys }));

    await expect(verified).rejects.toThrow('The access token was revoked.');
    expect(verifier.remembered(token)).toBeUndefined();
  });

  test.each([
    ['a name of other principals', { issuers: [{ ...SETTINGS, name: 'key' }] }],
    ['a name with a colon', { issuers: [{ ...SETTINGS, name: 'a:b' }] }],
    ['one issuer twice', { issuers: [SETTINGS, { ...SETTINGS, name: 'second' }] }],
    ['one name twice', { issuers: [SETTINGS, { ...SETTINGS, issuer: 'https://other.example' }] }],
    ['no algorithm', { issuers: [{ ...SETTINGS, algorithms: [] }] }],
    ['a symmetric one', { issuers: [{ ...SETTINGS, algorithms: ['HS256' as 'RS256'] }] }],
    ['a revocation of nobody', { revoked: [{ issuer: 'nobody' }] }],
    ['no public URL', { publicUrl: 'db' }],
  ])('with %s are refused, and the old stay', async (_what, wrong) => {
    const { verifier } = verifierOf(new KeyServer(key));
    const identity = await verifier.verify(token);

    expect(() => verifier.reload({ ...settings, ...wrong })).toThrow(/^Access tokens: /);

    expect(verifier.remembered(token)?.identity).toBe(identity);
  });
});
