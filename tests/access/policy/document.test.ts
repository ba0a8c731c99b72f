import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/access/policy/document.ts';
import { problemLines } from '../../../src/access/policy/problems.ts';
import { keyPolicy, policyOf, policyProblems } from '../../support/policies.ts';

const problemsOf = (text: string) => problemLines(readDocument(text).problems);

const ALIASES = 'anchors and aliases are not allowed; for a text with "*" or "&" use quotes';
const TAGS = 'tags, as in "!!str", are not allowed';
const NUMBERS = 'a number must be written as in JSON; for a text use quotes';

test.each<[string, string[]]>([
  ['', ['the file: is empty']],
  ['# nothing\n', ['the file: is empty']],
  ['a: 1\nb: 2\na: 3', ['a (line 3): stands twice']],
  ['{"a": {"b": 1, "b": 2}}', ['a.b (line 1): stands twice']],
  ['1: a\n"1": b', ['["1"] (line 2): stands twice'.replace('["1"]', '1')]],
  ['a: &x 1\nb: *x', [`a (line 1): ${ALIASES}`, `b (line 2): ${ALIASES}`]],
  ['<<: { a: 1 }', ['["<<"] (line 1): merge keys are not allowed; write the members out']],
  ['a: !!str 1', [`a (line 1): ${TAGS}`]],
  ['a: !secret x', [`a (line 1): ${TAGS}`]],
  ['!!str a: 1', [`a (line 1): ${TAGS}`]],
  ['a: 0x1F', [`a (line 1): ${NUMBERS}`]],
  ['a: 012', [`a (line 1): ${NUMBERS}`]],
  ['a: .inf', [`a (line 1): ${NUMBERS}`]],
  ['__proto__: 1', ['__proto__ (line 1): a name "__proto__" cannot be used']],
  ['a: "\\ud800"', ['a (line 1): a text must not contain a lone surrogate']],
  ['? [a]\n: 1', ['[""] (line 1): a name must be a text']],
  ['a: *', ['the file (line 1): a text that begins with "*" or "&" must be in quotes']],
  ['a: @x', ['the file (line 1): a text that begins with a special character must be in quotes']],
  ['a:\n\tb: 1', ['the file (line 2): is indented by a tab; use spaces']],
  ['a: 1\n---\nb: 1', ['the file (line 2): must be one document, without a further "---"']],
  ['['.repeat(100_000), ['the file (line 1): nests too deep']],
])('%j', (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test('what nests deeper than any policy is not followed', () => {
  const [problem = ''] = problemsOf(`a: ${'['.repeat(70)}${']'.repeat(70)}`);

  expect(problem).toMatch(/ \(line 1\): nests too deep$/);
});

test('a bomb of aliases is not unfolded', () => {
  const layers = Array.from(
    { length: 30 },
    (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
  );

  expect(problemsOf(['a0: &a0 [x]', ...layers].join('\n'))).toContain(`a30 (line 31): ${ALIASES}`);
});

describe('what is read', () => {
  test('YAML and JSON alike', () => {
    const { value } = readDocument('a: [1, x, true, null, 2026-11-01T00:00:00Z]\nb: { yes: no }');

    expect(value).toEqual({ a: [1, 'x', true, null, '2026-11-01T00:00:00Z'], b: { yes: 'no' } });
    expect(readDocument(JSON.stringify(value, null, '\t')).value).toEqual(value);
  });

  test('numbers with all their digits', () => {
    const digits = '12345678901234567890.123456789';
    const policy = policyOf(
      JSON.stringify(keyPolicy([{ items: { n: 'NUMBER' }, tools: '*' }])).replace(
        '"NUMBER"',
        digits,
      ),
    );

    const [grant] = policy.roleOf({ kind: 'key', name: 'me' })?.grants ?? [];
    expect(grant?.items).toEqual(
      new Map([['n', { is: 'equal', value: NumberValue.from(digits) }]]),
    );
  });
});

test('nothing of the text is repeated but the names that are at fault', () => {
  expect(policyProblems('s3cr3t')).toEqual(['the file: must be an object']);
});
