import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOutput } from '../../../src/dynamodb/lean/decode.ts';
import { attributeValues, type Wire } from '../../support/wire-values.ts';

const text = fc.string({ unit: 'grapheme' });
const value = attributeValues(text, fc.integer().map(String), (values) =>
  fc.dictionary(text, values),
);
const item = fc.dictionary(text, value);
const output = fc.record(
  {
    Items: fc.array(item),
    Item: item,
    LastEvaluatedKey: item,
    Responses: fc.dictionary(text, fc.array(item)),
    Count: fc.nat(),
    ConsumedCapacity: fc.record({ CapacityUnits: fc.double({ noNaN: true }), TableName: text }),
  },
  { requiredKeys: [] },
);

/** The plain value of an AttributeValue, one type after the other. */
function plain(attribute: Wire): unknown {
  const [[type = '', content] = []] = Object.entries(attribute);
  const list = content as unknown[];
  const bytes = (encoded: unknown) => Buffer.from(encoded as string, 'base64');
  switch (type) {
    case 'N':
      return Number(content);
    case 'B':
      return bytes(content);
    case 'NULL':
      return null;
    case 'SS':
      return new Set(list);
    case 'NS':
      return new Set(list.map(Number));
    case 'BS':
      return new Set(list.map(bytes));
    case 'L':
      return list.map((element) => plain(element as Wire));
    case 'M':
      return plainItem(content as Wire);
    default:
      return content;
  }
}

function plainItem(attributes: Wire): Wire {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, plain(attribute as Wire)]),
  );
}

test('any item is read as it is, however its JSON is spaced and escaped', () => {
  fc.assert(
    fc.property(item, fc.constantFrom(undefined, 1, '\t', '\r\n '), (attributes, space) => {
      const json = JSON.stringify({ Item: attributes }, null, space);
      const ascii = json.replace(/[^\0-~]/g, (unit) =>
        unit.replace(/[\s\S]/g, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`),
      );

      expect(decodeOutput(json)).toEqual({ Item: plainItem(attributes) });
      expect(decodeOutput(ascii)).toEqual({ Item: plainItem(attributes) });
    }),
  );
});

test('what holds no attributes is read as JSON.parse reads it', () => {
  const rest = {
    Count: 0,
    ConsumedCapacity: {
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 1e21 },
      list: [null, true, -1],
    },
  };

  expect(decodeOutput(JSON.stringify(rest))).toEqual(rest);
});

test('an answer that ends early is never taken for a whole one', () => {
  fc.assert(
    fc.property(output, fc.nat(), (wire, at) => {
      const json = JSON.stringify(wire);

      expect(() => decodeOutput(json.slice(0, at % json.length))).toThrow(SyntaxError);
    }),
  );
});

describe('refuses', () => {
  test.each([
    '{"Item":{"a":{"S":"1","N":"1"}}}',
    '{"Item":{"a":{"X":"1"}}}',
    '{"Item":{"a":{"BOOL":maybe}}}',
    '{"Item":{"a":{"S":1}}}',
    '{"Item":{"a":{}}}',
    '{"Item":{"a":"b"}}',
    '{"Item":{"a":{"S":"1"},}}',
    '{"Item":{}} {}',
    '{"Count":01x}',
    '<html>',
    '',
  ])('%s', (json) => {
    expect(() => decodeOutput(json)).toThrow(SyntaxError);
  });
});

test('an attribute named __proto__ is an attribute', () => {
  const { Item } = decodeOutput(
    '{"Item":{"__proto__":{"S":"x"},"b":{"M":{"__proto__":{"N":"1"}}}}}',
  );

  expect(JSON.stringify(Item)).toBe('{"__proto__":"x","b":{"__proto__":1}}');
  expect(Object.getPrototypeOf(Item)).toBe(Object.prototype);
});
