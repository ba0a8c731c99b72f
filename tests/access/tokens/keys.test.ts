import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CLAIMS,
  KeyServer,
  NOW_S,
  newKey,
  SETTINGS,
  type SigningKey,
  verifierOf,
} from '../../support/token-issuer.ts';

const DAY_S = 86_400;
const REFUSED = 'The access token is not valid.';
const UNAVAILABLE = { code: 'Overloaded', status: 503, retryable: true };

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  [first, second] = await Promise.all([newKey('ES256', 'first'), newKey('ES256', 'second')]);
});

let id = 0;
/** A token that was never seen, and lasts. */
function tokenOf(key: SigningKey): Promise<string> {
  return key.sign({ ...CLAIMS, jti: String(id++), exp: NOW_S + 10 * DAY_S });
}

const down = async (): Promise<Response> => {
  throw new TypeError('fetch failed');
};

describe('keys behind a URL', () => {
  test('are read at the start, and not for each token', async () => {
    const server = new KeyServer(first);
    const { verifier } = verifierOf(server);

    const tokens = await Promise.all(Array.from({ length: 5 }, () => tokenOf(first)));
    await Promise.all(tokens.map((token) => verifier.verify(token)));

    expect(server.requests).toBe(1);
  });

  test('are read again for an unknown key, once in 30 s', async () => {
    const server = new KeyServer(first);
    const { verifier, clock } = verifierOf(server);
    await verifier.verify(await tokenOf(first));
    server.keys = [second.jwk];

    await expect(verifier.verify(await tokenOf(second))).rejects.toThrow(REFUSED);
    expect(server.requests).toBe(1);

    clock.seconds += 30;
    const tokens = await Promise.all(Array.from({ length: 5 }, () => tokenOf(second)));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(server.requests).toBe(2);

    await expect(verifier.verify(await tokenOf(first))).rejects.toThrow(REFUSED);
    expect(server.requests).toBe(2);
  });

  test('are read again in the background when they are old', async () => {
    const server = new KeyServer(first);
    const { verifier, clock } = verifierOf(server);
    await verifier.verify(await tokenOf(first));
    const gate = Promise.withResolvers<Response>();
    server.answer = () => gate.promise;
    clock.seconds += 300;

    expect(await verifier.verify(await tokenOf(first))).toMatchObject({ subject: 'user-1' });
    expect(await verifier.verify(await tokenOf(first))).toMatchObject({ subject: 'user-1' });
    expect(server.requests).toBe(2);

    gate.resolve(Response.json({ keys: [second.jwk] }));
    expect(await verifier.verify(await tokenOf(second))).toMatchObject({ subject: 'user-1' });
    expect(server.requests).toBe(2);
  });

  test('are kept for a day while the issuer is down', async () => {
    const server = new KeyServer(first);
    const { verifier, clock, logs } = verifierOf(server);
    await verifier.verify(await tokenOf(first));
    server.answer = down;

    clock.seconds += DAY_S - 1;
    expect(await verifier.verify(await tokenOf(first))).toMatchObject({ subject: 'user-1' });
    clock.seconds += 2;
    await expect(verifier.verify(await tokenOf(first))).rejects.toMatchObject(UNAVAILABLE);

    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'WARNING', issuer: 'main', reason: 'fetch failed' }),
    );
  });

  test('that were never read make 503, and are asked for once a second', async () => {
    const server = new KeyServer(first);
    server.answer = down;
    const { verifier, clock } = verifierOf(server);
    const token = await tokenOf(first);

    for (let call = 0; call < 5; call++) {
      await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(server.requests).toBe(1);

    server.answer = undefined;
    clock.seconds += 1;
    expect(await verifier.verify(token)).toMatchObject({ subject: 'user-1' });
  });

  test.each<[string, () => Response]>([
    ['404', () => Response.json({ keys: [second.jwk] }, { status: 404 })],
    ['no JSON', () => new Response('<html>')],
    ['no keys', () => Response.json({ keys: [] })],
    ['secrets alone', () => Response.json({ keys: [{ kty: 'oct', k: 'AA', kid: 'first' }] })],
    ['more than 64 KB', () => Response.json({ keys: [first.jwk], filler: 'x'.repeat(65_536) })],
  ])('%s is no answer: the old keys stay', async (_what, answer) => {
    const server = new KeyServer(first);
    const { verifier, clock, logs } = verifierOf(server);
    await verifier.verify(await tokenOf(first));
    server.answer = async () => answer();
    clock.seconds += 60;

    await expect(verifier.verify(await tokenOf(second))).rejects.toThrow(REFUSED);

    expect(server.requests).toBe(2);
    expect(await verifier.verify(await tokenOf(first))).toMatchObject({ subject: 'user-1' });
    expect(logs.filter(({ level }) => level === 'WARNING')).toHaveLength(1);
  });

  test('a key that makes no sense fits nothing', async () => {
    const server = new KeyServer(first);
    server.keys = [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'first' }];

    await expect(verifierOf(server).verifier.verify(await tokenOf(first))).rejects.toThrow(REFUSED);
  });

  test('are asked for without following redirects, and given up at the end', async () => {
    const seen: RequestInit[] = [];
    const { verifier } = verifierOf(new KeyServer(), {
      fetch: async (_url, init = {}) => {
        seen.push(init);
        return Response.json({ keys: [first.jwk] });
      },
    });
    await verifier.verify(await tokenOf(first));

    verifier.close();

    expect(seen).toMatchObject([{ redirect: 'error', signal: { aborted: true } }]);
  });

  test.each([
    'http://auth.example.com/jwks',
    'http://127.0.0.1.evil.example/jwks',
    'http://10.0.0.1/jwks',
    'ftp://auth.example.com',
    'file:///etc/passwd',
    'https://user:secret@auth.example.com/jwks',
    'jwks',
  ])('%s is refused', (uri) => {
    const start = () => verifierOf(new KeyServer(), { issuers: [{ ...SETTINGS, keys: { uri } }] });

    expect(start).toThrow(/must be at an https URL/);
  });

  test.each(['http://localhost:1/jwks', 'http://127.0.0.1:1/jwks', 'http://[::1]:1/jwks'])(
    '%s is on this machine',
    (uri) => {
      const issuers = [{ ...SETTINGS, keys: { uri } }];

      expect(() => verifierOf(new KeyServer(), { issuers })).not.toThrow();
    },
  );
});

describe('keys in a file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'keys-'));
    file = path.join(folder, 'jwks.json');
  });

  afterEach(() => rm(folder, { recursive: true }));

  function start() {
    return verifierOf(new KeyServer(), { issuers: [{ ...SETTINGS, keys: { file } }] });
  }

  test('are read again when it has changed; a bad one leaves the old', async () => {
    await writeFile(file, JSON.stringify({ keys: [first.jwk] }));
    const { verifier, clock, logs } = start();
    await verifier.verify(await tokenOf(first));

    await writeFile(file, JSON.stringify({ keys: [second.jwk], more: 1 }));
    clock.seconds += 1;
    expect(await verifier.verify(await tokenOf(second))).toMatchObject({ subject: 'user-1' });
    await expect(verifier.verify(await tokenOf(first))).rejects.toThrow(REFUSED);

    await writeFile(file, '{');
    clock.seconds += 1;
    expect(await verifier.verify(await tokenOf(second))).toMatchObject({ subject: 'user-1' });
    expect(logs.at(-1)).toMatchObject({ issuer: 'main', reason: 'no keys in it' });
  });

  test.each([
    ['is missing', undefined, 'ENOENT'],
    ['is too large', 'x'.repeat(65_537), 'too large'],
  ])('a file that %s makes 503', async (_what, text, reason) => {
    if (text !== undefined) await writeFile(file, text);
    const { verifier, logs } = start();

    await expect(verifier.verify(await tokenOf(first))).rejects.toMatchObject(UNAVAILABLE);
    expect(logs[0]).toMatchObject({ reason });
  });
});
