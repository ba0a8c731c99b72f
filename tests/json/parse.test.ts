import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/json/parse.ts';

const MORE_RUNS = { numRuns: 1_000 };

/** JSON text in which every character of every string is escaped. */
function escaped(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const units = [...JSON.parse(literal)].flatMap((character) => character.split(''));
    const escapes = units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `"${escapes.join('')}"`;
  });
}

// V8's JSON.parse looks for the name that followed before, and compares it with what is written.
test('a name with an escape is not taken for one that was seen in another text', () => {
  JSON.parse(String.raw`{"\u001f":"","\\":""}`);
  JSON.parse(String.raw`{"first":1,"\\u0041":2}`);

  expect(parseJson(String.raw`{"\u001f":"","\u0000":""}`)).toEqual({ '\u001f': '', '\0': '' });
  expect(parseJson(String.raw`{"first":1,"\u0041":2}`)).toEqual({ first: 1, A: 2 });
});

test('escapes change nothing', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(escaped(text))).toEqual(JSON.parse(text));
    }),
    MORE_RUNS,
  );
});

test.each([
  String.raw`{"\x":1}`,
  String.raw`{"\n":1}}`,
  String.raw`{"\n":01}`,
  '{"\\n":"\n"}',
  String.raw`{"\n"}`,
])('%s is no JSON', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('numbers stay exact behind a name with an escape', () => {
  const text = String.raw`{"\n":[12345678901234567890123.5,-0.1,1e0,null]}`;

  expect(JSON.stringify(parseJson(text))).toBe(
    String.raw`{"\n":[12345678901234567890123.5,-0.1,1,null]}`,
  );
});
