import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerReader, type HttpAnswer } from '../../../src/dynamodb/lean/http-answer.ts';

const BODY = '{"Item":{"PK":{"S":"ä"}}}';

function lines(...text: string[]): string {
  return text.join('\r\n');
}

/** Takes a piece from a buffer that the next one overwrites, as a connection does. */
function take(reader: AnswerReader, piece: Uint8Array | string): HttpAnswer | undefined {
  const shared = Buffer.from(piece as string);
  const answer = reader.take(shared);
  shared.fill('!');
  return answer;
}

/** Reads pieces; the answer and whether the connection can be used again, or undefined. */
function read(pieces: Uint8Array[]): (HttpAnswer & { persistent: boolean }) | undefined {
  const reader = new AnswerReader();
  let answer: HttpAnswer | undefined;
  for (const piece of pieces) {
    expect(answer).toBeUndefined();
    answer = take(reader, piece);
  }
  return answer && { ...answer, persistent: reader.persistent };
}

/** The bytes, cut at places between 0 and 1. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const cuts = places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
}

const length = Buffer.byteLength(BODY);
const WHOLE: [string, string, Partial<HttpAnswer & { persistent: boolean }>][] = [
  ['a length', lines('HTTP/1.1 200 OK', `Content-Length: ${length}`, '', BODY), {}],
  ['no reason', lines('HTTP/1.1 200', `Content-Length: ${length}`, '', BODY), {}],
  [
    'an exception',
    lines('HTTP/1.1 400 Bad', 'x-amz-crc32: 5', `content-length:${length}  `, '', BODY),
    { status: 400, headers: { 'x-amz-crc32': '5', 'content-length': String(length) } },
  ],
  [
    'something before it',
    lines('HTTP/1.1 100 Continue', '', 'HTTP/1.1 200 OK', `Content-Length: ${length}`, '', BODY),
    {},
  ],
  [
    'chunks',
    lines(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: chunked',
      '',
      '1',
      '{',
      `${(length - 1).toString(16).toUpperCase()};x=y`,
      BODY.slice(1),
      '0',
      '',
      '',
    ),
    {},
  ],
  [
    'trailers',
    lines(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: Chunked',
      '',
      length.toString(16),
      BODY,
      '000',
      'A: b',
      'C: d',
      '',
      '',
    ),
    {},
  ],
  ['no body', lines('HTTP/1.1 204 No Content', '', ''), { status: 204, body: Buffer.alloc(0) }],
  [
    'nothing in it',
    lines('HTTP/1.1 200 OK', 'Content-Length: 0', '', ''),
    { body: Buffer.alloc(0) },
  ],
  [
    'a connection that ends',
    lines('HTTP/1.1 200 OK', 'Connection: x, Close', `Content-Length: ${length}`, '', BODY),
    { persistent: false },
  ],
  [
    'an old version',
    lines('HTTP/1.0 200 OK', `Content-Length: ${length}`, '', BODY),
    { persistent: false },
  ],
];

test.each(WHOLE)(
  'an answer with %s is read, in whatever pieces it arrives',
  (_what, text, parts) => {
    const bytes = Buffer.from(text);
    const expected = { status: 200, body: Buffer.from(BODY), persistent: true, ...parts };

    expect(read([bytes])).toMatchObject(expected);
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toMatchObject(expected);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        (places) => {
          expect(read(cut(bytes, places).filter(({ length }) => length > 0))).toMatchObject(
            expected,
          );
        },
      ),
      { numRuns: 50 },
    );
  },
);

test.each(WHOLE)('an answer with %s is not whole before its last byte', (_what, text) => {
  const bytes = Buffer.from(text);
  for (let end = 0; end < bytes.length; end++) {
    expect(read([bytes.subarray(0, end)])).toBeUndefined();
  }
});

test('an answer without a length ends with its connection', () => {
  const reader = new AnswerReader();

  expect(take(reader, lines('HTTP/1.1 502 Bad Gateway', '', '<html>'))).toBeUndefined();
  expect(take(reader, '</html>')).toBeUndefined();
  expect(reader.end()).toMatchObject({ status: 502, body: Buffer.from('<html></html>') });
  expect(reader.persistent).toBe(false);
});

test.each([
  ['in its head', lines('HTTP/1.1 200 OK', 'Content-')],
  ['in its body', lines('HTTP/1.1 200 OK', 'Content-Length: 3', '', '{}')],
  ['between chunks', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '2', '{}', '')],
])('an answer whose connection ends %s is none', (_where, text) => {
  const reader = new AnswerReader();
  take(reader, text);

  expect(reader.end()).toBeUndefined();
});

describe('what is refused', () => {
  const chunked = 'Transfer-Encoding: chunked';

  test.each([
    ['another protocol', lines('SSH-2.0-OpenSSH', '', '')],
    ['another version', lines('HTTP/2 200', '', '')],
    ['a header without a colon', lines('HTTP/1.1 200 OK', 'Content-Length', '', '')],
    ['a header without a name', lines('HTTP/1.1 200 OK', ': 2', '', '{}')],
    ['a length that is no number', lines('HTTP/1.1 200 OK', 'Content-Length: 0x2', '', '{}')],
    ['a negative length', lines('HTTP/1.1 200 OK', 'Content-Length: -2', '', '{}')],
    ['a length beyond any page', lines('HTTP/1.1 200 OK', 'Content-Length: 99999999', '', '{}')],
    ['two lengths', lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'Content-Length: 3', '', '{}')],
    ['a length and chunks', lines('HTTP/1.1 200 OK', 'Content-Length: 2', chunked, '', '{}')],
    ['another encoding', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip', '', '{}')],
    ['more than its length', lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', '{}{}')],
    ['a chunk without a size', lines('HTTP/1.1 200 OK', chunked, '', '', '{}')],
    ['a chunk longer than its size', lines('HTTP/1.1 200 OK', chunked, '', '1', '{}', '0', '', '')],
    ['a size that is no number', lines('HTTP/1.1 200 OK', chunked, '', '-1', '{}')],
    ['a line without its end', `${lines('HTTP/1.1 200 OK', chunked, '', '')}2\n{}`],
    ['more than its chunks', lines('HTTP/1.1 200 OK', chunked, '', '0', '', 'HTTP/1.1')],
    ['a head without end', `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`],
    ['a line without end', lines('HTTP/1.1 200 OK', chunked, '', `1;${'a'.repeat(70_000)}`)],
  ])('%s', (_what, text) => {
    expect(() => read([Buffer.from(text)])).toThrow('What arrived is not HTTP.');
  });
});
