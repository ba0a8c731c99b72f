import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { canonicalNumber } from '../../src/json/decimal.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { exportFrom, importInto, linesIn, ofKind } from '../support/bulk-lines.ts';
import { canonical } from '../support/canonical.ts';
import { hostileItems } from '../support/hostile-items.ts';
import { startService, type TestService } from '../support/service.ts';
import { attributeValues, type Wire } from '../support/wire-values.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

/** What both engines keep: neither lone surrogates nor what only one of them can hold. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '$ddb',
    '\u2028',
    '\\u0041',
    '{"item":{}}',
    '\n',
    '\r\n',
    '\0',
    '"',
    '🦖',
    ',"',
  ),
);
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(String),
  fc.constantFrom(
    '0',
    '1.5',
    '-0.001',
    '9007199254740993',
    '1E-130',
    '9.99E+125',
    '0.30000000000000004',
  ),
);
const names = fc.oneof(
  texts.filter((name) => name !== ''),
  fc.constantFrom(
    '$ddb',
    '$$ddb',
    '$$$ddb',
    'constructor',
    'toString',
    'S',
    'item',
    'a.b',
    '0',
    ' ',
  ),
);
const members = (values: fc.Arbitrary<Wire>) =>
  fc
    .uniqueArray(fc.tuple(names, values), { selector: ([name]) => name, maxLength: 6 })
    .map((entries): Wire => Object.fromEntries(entries));
const attributes = members(attributeValues(texts, numbers, members));

/** The items of lines of DynamoDB JSON, each as a text that is the same for the same values. */
const typed = (lines: readonly JsonObject[]) =>
  ofKind<JsonObject>('Item', lines)
    .map(({ PK: _, ...item }) => canonical(inOrder(item)))
    .sort();

/** Sets have no order, and numbers more than one notation. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (/^[SB]S$/.test(name) && isTexts(inner)) return [name, inner.toSorted()];
      if (name === 'NS' && isTexts(inner)) return [name, inner.map(canonicalNumber).toSorted()];
      if (name === 'N' && typeof inner === 'string') return [name, canonicalNumber(inner)];
      return [name, inOrder(inner)];
    }),
  );
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string');

/** Stores lines under a partition of their own, and exports them in both formats. */
async function moved(lines: readonly JsonObject[]) {
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()] as const;
  const at = (PK: string) => ({ key: JSON.stringify({ PK }) });
  const into = (PK: string, text: string, from: string) =>
    importInto(service, text.replaceAll(from, PK));
  const text = lines
    .map((line) => JSON.stringify(line))
    .join('\n')
    .replaceAll('HERE', first);
  const imported = await importInto(service, text);
  const asTyped = await exportFrom(service, { ...at(first), format: 'dynamodb-json' });
  await into(second, asTyped.text, first);
  const asPlain = await exportFrom(service, at(second));
  await into(third, asPlain.text, second);
  const last = await exportFrom(service, { ...at(third), format: 'dynamodb-json' });
  return { imported, first: typed(asTyped.lines), last: typed(last.lines) };
}

test('what is exported and imported again in either format is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(attributes, { minLength: 20, maxLength: 40 }), async (all) => {
      const lines = all.map((item, n) => ({
        Item: { ...item, PK: { S: 'HERE' }, SK: { S: String(n) } },
      }));

      const { imported, first, last } = await moved(lines);

      expect(imported.lines).toMatchObject([{ end: { written: all.length, failed: 0 } }]);
      expect(last).toEqual(first);
      if (inject('engine').name !== 'dynalite') expect(first).toEqual(typed(lines));
      else expect(first).toHaveLength(all.length);
    }),
    { numRuns: 12 },
  );
});

test('items that mean ill come back as they were', async () => {
  const items = hostileItems('HERE');

  const { imported, first, last } = await moved(items.map((item) => ({ item })));

  expect(imported.lines.at(-1)).toMatchObject({ end: { written: items.length } });
  expect(first).toHaveLength(items.length);
  expect(last).toEqual(first);
  const { text } = await exportFrom(service, { filter: '{"what":"line separators"}' });
  expect(linesIn(text)[0]).toMatchObject({ item: { text: 'one\u2028two\u2029three' } });
});
