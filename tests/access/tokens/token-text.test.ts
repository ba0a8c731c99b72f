import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksLikeToken, readCompactToken } from '../../../src/access/tokens/compact-token.ts';
import { readStrictObject } from '../../../src/access/tokens/strict-json.ts';
import { assemble, CLAIMS, KeyServer, newTextKey, verifierOf } from '../../support/token-issuer.ts';

const key = newTextKey();
const { verifier } = verifierOf(new KeyServer(key));
const GOOD = JSON.stringify(CLAIMS);
const HEADER = JSON.stringify({ alg: 'EdDSA', kid: 'text' });

test('a token is read in its one form', async () => {
  const token = key.signText(GOOD);

  expect(await verifier.verify(token)).toMatchObject({ subject: 'user-1' });
  expect(readCompactToken(token)?.claims).toEqual(CLAIMS);
});

/** The same bytes, whose last character differs in bits that nobody reads. */
function withLooseBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
}

test.each([
  ['padding', (token: string) => `${token}==`],
  ['loose bits', withLooseBits],
  ['the other alphabet', (token: string) => token.replace(/[-_]/g, (c) => (c === '-' ? '+' : '/'))],
  ['white space', (token: string) => `${token} `],
  ['a line break', (token: string) => token.replace('.', '\n.')],
  ['a part more', (token: string) => `${token}.AA`],
  ['padding inside', (token: string) => token.replace('.', '=.')],
  ['no claims', (token: string) => token.replace(/\..*\./, '..')],
])('%s makes another text, which is refused', async (_what, change) => {
  const tokens = Array.from({ length: 8 }, (_, at) =>
    key.signText(JSON.stringify({ ...CLAIMS, at })),
  );
  const changed = tokens.map(change).filter((text) => !tokens.includes(text));

  expect(changed.length).toBeGreaterThan(0);
  for (const text of changed) await expect(verifier.verify(text)).rejects.toThrow('not valid');
});

const BAD_CLAIMS: [string, string][] = [
  ['a name twice', GOOD.replace('{', '{"sub":"root",')],
  ['a name twice, once with an escape', GOOD.replace('{', '{"s\\u0075b":"root",')],
  ['a name twice further in', GOOD.replace('{', '{"a":[{"b":1,"b":2}],')],
  ['more levels than tokens have', GOOD.replace('{', `{"a":${'['.repeat(16)}${']'.repeat(16)},`)],
  ['very many levels', `{"a":${'['.repeat(3_000)}${']'.repeat(3_000)}}`],
  ['a list', `[${GOOD}]`],
  ['no JSON', `${GOOD}}`],
  ['a byte order mark', `\ufeff${GOOD}`],
  ['no text', ''],
];

test.each(BAD_CLAIMS)('claims with %s are refused, though signed', async (_what, claims) => {
  await expect(verifier.verify(key.signText(claims))).rejects.toThrow('not valid');
});

test.each([
  ['a name twice', HEADER.replace('{', '{"alg":"none",')],
  ['a list', `[${HEADER}]`],
])('a header with %s is refused, though signed', async (_what, header) => {
  await expect(verifier.verify(key.signText(GOOD, header))).rejects.toThrow('not valid');
});

test('as many levels as tokens have are taken', async () => {
  const claims = GOOD.replace('{', `{"a":${'['.repeat(15)}"]}"${']'.repeat(15)},`);

  expect(await verifier.verify(key.signText(claims))).toMatchObject({ subject: 'user-1' });
});

test('claims that are no UTF-8 are refused', () => {
  expect(readStrictObject(Buffer.from('{"sub":"\xff"}', 'latin1'))).toBeUndefined();
});

test('a token of more than 8 KB is refused before it is looked into', async () => {
  const filler = 'x'.repeat(6_200);
  const token = key.signText(GOOD.replace('{', `{"filler":"${filler}",`));

  expect(token.length).toBeGreaterThan(8_192);
  await expect(verifier.verify(token)).rejects.toThrow('not valid');
  expect(verifier.remembered(token)).toBeUndefined();
});

test('text without end is read once, not from each of its quotes', () => {
  const started = performance.now();

  expect(readStrictObject(Buffer.from(`{"a":"${'\\"'.repeat(80_000)}`))).toBeUndefined();

  // From each of its quotes it takes many seconds.
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('any JSON object is read as what it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (object) => {
      const text = JSON.stringify(object);
      const read = readStrictObject(Buffer.from(text));
      expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('no text makes the reader fail', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (header, claims) => {
      readCompactToken(assemble(header, claims));
      readCompactToken(`${header}.${claims}`);
    }),
  );
});

test.each([
  ['a.b.c', true],
  ['a..c', true],
  ['a.b', false],
  ['a.b.c.d', false],
  ['key', false],
])('%j looks like a token: %j', (text, expected) => {
  expect(looksLikeToken(text)).toBe(expected);
});
