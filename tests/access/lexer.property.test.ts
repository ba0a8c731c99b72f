import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCondition } from '../../src/dynamodb/expressions/read-condition.ts';
import { readProjection } from '../../src/dynamodb/expressions/read-projection.ts';
import { readUpdate } from '../../src/dynamodb/expressions/read-update.ts';
import type { Path } from '../../src/dynamodb/expressions/token-reader.ts';
import { startService, type TestService } from '../support/service.ts';

/**
 * Whatever the engine takes, the lexer reads, with every name in it. The engine refuses names that
 * no expression uses: what it takes tells which names an expression has.
 */

const RUNS = 250;
const NAMES: Record<string, string> = { '#a': 'aa', '#b': 'bb', '#secret': 'secret', '#d': 'd.e' };
/** As in `NOT.a`, which AWS refuses and the lexer does not read. */
const KEYWORD_AS_NAME = /\b(?:AND|OR|NOT|BETWEEN|IN|SET|REMOVE|ADD|DELETE)\s*[.[]/i;
const KEY = { PK: 'LEX', SK: '1' };

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call('put_item', {
    item: { ...KEY, aa: 1, bb: 'x', secret: 2, 'd.e': [1], m: {} },
  });
});

afterAll(() => service.close());

const space = fc.constantFrom('', ' ', '  ', '\t', '\n');
const name = fc.constantFrom(
  '#a',
  '#b',
  '#secret',
  '#d',
  '#a.#b',
  '#d[0]',
  'cc',
  'cc.dd',
  'm . #b',
);
const value = fc.constantFrom(':v', ':w');
const spaced = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc
    .tuple(...parts.flatMap((part) => [typeof part === 'string' ? fc.constant(part) : part, space]))
    .map((all) => all.join(''));

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    spaced(name, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), value),
    spaced('attribute_exists', '(', name, ')'),
    spaced('contains', '(', name, ',', value, ')'),
    spaced('size', '(', name, ')', '>', value),
    spaced(name, fc.constantFrom(' BETWEEN ', ' between '), value, ' aNd ', ':w'),
    spaced(name, ' IN ', '(', value, ',', name, ')'),
    spaced('(', tie('condition'), ')'),
    spaced(fc.constantFrom('NOT ', 'not '), tie('condition')),
    spaced(tie('condition'), fc.constantFrom(' AND ', ' or '), tie('condition')),
  ),
}));
const update = fc.oneof(
  spaced('SET ', name, '=', value),
  spaced('set ', '#a', '=', name, fc.constantFrom('+', '-'), value),
  spaced('SET ', '#b', '=', 'if_not_exists', '(', name, ',', value, ')', ' REMOVE ', '#d[0]'),
  spaced('ADD ', '#a', ' ', value, ' remove ', name),
);
const projection = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .chain((all) => spaced(...all.flatMap((each, at) => (at === 0 ? [each] : [',', each]))));

/** An expression with something cut out, put in or put elsewhere. */
const mutated = (expressions: fc.Arbitrary<string>) =>
  fc
    .tuple(
      expressions,
      fc.nat(60),
      fc.nat(4),
      fc.constantFrom(
        '',
        '',
        '(',
        ')',
        ',',
        '.',
        '#a',
        ' #secret ',
        ':v',
        '-',
        ' AND ',
        '"',
        '$',
        '[0]',
      ),
    )
    .map(
      ([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + (put ? cut % 2 : cut)),
    );

function steps(paths: readonly Path[]): Set<unknown> {
  return new Set(paths.flatMap((path) => path.steps));
}

const resolve = (placeholder: string) => NAMES[placeholder];

const KINDS = {
  condition: {
    send: (text: string) => ({ tool: 'scan', body: { filter_expression: text } }),
    read: (text: string) => steps(readCondition(text, resolve).paths),
    expressions: condition,
  },
  update: {
    send: (text: string) => ({ tool: 'update_item', body: { key: KEY, update_expression: text } }),
    read: (text: string) =>
      steps(readUpdate(text, resolve).flatMap(({ target, reads }) => [target, ...reads])),
    expressions: update,
  },
  projection: {
    send: (text: string) => ({ tool: 'get_item', body: { key: KEY, projection_expression: text } }),
    read: (text: string) => steps(readProjection(text, resolve)),
    expressions: projection,
  },
};

const used = (all: Record<string, unknown>, text: string) =>
  Object.fromEntries(Object.entries(all).filter(([each]) => text.includes(each)));

test.each(Object.entries(KINDS))('every %s that the engine takes is read', async (_kind, of) => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(of.expressions, mutated(of.expressions)).filter((text) => text.trim() !== ''),
      async (text) => {
        const names = used(NAMES, text);
        const values = used({ ':v': 1, ':w': 2 }, text);
        const { tool, body } = of.send(text);
        const { status } = await service.call(tool, {
          ...body,
          ...(Object.keys(names).length > 0 && { expression_names: names }),
          ...(Object.keys(values).length > 0 && { expression_values: values }),
        });
        if (status !== 200 || KEYWORD_AS_NAME.test(text)) return;
        taken++;
        const found = of.read(text);
        for (const each of Object.values(names))
          expect([text, found.has(each)]).toEqual([text, true]);
        if (/\bcc\b/.test(text)) expect([text, found.has('cc')]).toEqual([text, true]);
      },
    ),
    { numRuns: RUNS, seed: 20_261_126 },
  );
  expect(taken).toBeGreaterThan(RUNS / 20);
});
