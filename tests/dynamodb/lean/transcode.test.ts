import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOutput } from '../../../src/dynamodb/lean/decode.ts';
import { transcodeAnswer } from '../../../src/dynamodb/lean/transcode/transcode-answer.ts';
import { encodeItem } from '../../../src/dynamodb/values/values.ts';
import { type JsonElement, JsonList } from '../../../src/json/json-list.ts';
import type { JsonObject } from '../../../src/json/parse.ts';
import { modelView } from '../../../src/mcp/model-values.ts';
import { attributeValue, type Wire, wireItem } from '../../support/wire-values.ts';

/** JavaScript puts members with such names first. */
const LIKE_INDEX = /"(?:0|[1-9]\d*)":/;

/** Of an answer that one turn of the event loop is enough for. */
function transcode(json: string | Buffer): JsonObject | undefined {
  const output = transcodeAnswer(Buffer.from(json), 'list');
  if (output instanceof Promise) throw new Error('takes several turns');
  return output;
}

/** The elements of a list, as they go into a reply. */
function textOf(list: unknown): string {
  if (!(list instanceof JsonList)) throw new Error('no list of JSON');
  const text = list.pieces.join('');
  expect([...list.elements()].join()).toBe(text);
  return text;
}

/** The same by values: what the reply has without the short way. */
function byValues(json: string): string {
  const { Items } = decodeOutput(json);
  return (Items as JsonObject[]).map((item) => JSON.stringify(encodeItem(item))).join();
}

const escapedAscii = (json: string) =>
  json.replace(/[^\0-~]/g, (unit) =>
    unit.replace(/[\s\S]/g, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );

describe('items that nobody looks into', () => {
  test('are what they are by their values, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(wireItem), fc.boolean(), (items, escaped) => {
        const plain = JSON.stringify({ Count: items.length, Items: items, ScannedCount: 9 });
        const json = escaped ? escapedAscii(plain) : plain;
        const output = transcode(json);

        expect(output).toMatchObject({ Count: items.length, ScannedCount: 9 });
        expect(output?.Items).toHaveLength(items.length);
        const list = output?.Items as JsonList | undefined;
        expect(list?.last).toEqual(list?.toJSON().at(-1));
        const expected = byValues(json);
        if (LIKE_INDEX.test(json))
          expect(JSON.parse(`[${textOf(output?.Items)}]`)).toEqual(JSON.parse(`[${expected}]`));
        else expect(textOf(output?.Items)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('are in a batch by their tables', () => {
    fc.assert(
      fc.property(fc.array(wireItem), fc.array(wireItem), (one, other) => {
        const UnprocessedKeys = { one: { Keys: [{ PK: { S: '"Items":[{' } }] } };
        const output = transcode(JSON.stringify({ Responses: { one, other }, UnprocessedKeys }));
        const lists = output?.Responses as Record<string, JsonList>;

        expect(lists.one?.toJSON()).toEqual(
          JSON.parse(`[${byValues(JSON.stringify({ Items: one }))}]`, exactly),
        );
        expect(lists.other?.length).toBe(other.length);
        expect(output?.UnprocessedKeys).toEqual({ one: { Keys: [{ PK: '"Items":[{' }] } });
      }),
      { numRuns: 50 },
    );
  });

  test('are read in several turns where they are many', async () => {
    const Items = Array.from({ length: 3_000 }, (_, n) => ({
      PK: { S: `Ä ${n}` },
      n: { N: `${n}` },
    }));
    const json = JSON.stringify({ Items, Count: 3_000 });
    const turns: string[] = [];

    const outputs = [1, 2].map((n) =>
      Promise.resolve(transcodeAnswer(Buffer.from(json), 'list')).then((output) => {
        turns.push(`page ${n}`);
        return output;
      }),
    );
    setImmediate(() => turns.push('another'));
    const [one, other] = await Promise.all(outputs);

    expect(turns).toEqual(['another', 'page 1', 'page 2']);
    expect(one?.Count).toBe(3_000);
    expect(textOf(one?.Items)).toBe(byValues(json));
    expect(textOf(other?.Items)).toBe(byValues(json));
  });

  test('of a large answer that ends early are none', async () => {
    const Items = Array.from({ length: 3_000 }, (_, n) => ({ PK: { S: `${n} of many` } }));
    const json = Buffer.from(JSON.stringify({ Items }));

    expect(await transcodeAnswer(json.subarray(0, -2), 'list')).toBeUndefined();
  });

  test('have names that are escaped alike, however DynamoDB writes them', () => {
    const json =
      '{"Items":[{"\\u0024ddb":{"S":"a"},"\\u0024\\u0024":{"M":{"$\\u0024ddb":{"N":"1"}}}}]}';

    expect(textOf(transcode(json)?.Items)).toBe('{"$$ddb":"a","$$":{"$$$ddb":1}}');
    expect(textOf(transcode(json)?.Items)).toBe(byValues(json));
  });

  test('may be many more bytes than they were', () => {
    const tiny = Array.from({ length: 500 }, () => ({
      $ddb: { B: '' },
      a: { SS: [''] },
      b: { BS: [''] },
    }));

    expect(textOf(transcode(JSON.stringify({ Items: tiny }))?.Items)).toBe(
      byValues(JSON.stringify({ Items: tiny })),
    );
  });
});

describe('items that are taken one by one', () => {
  const view = modelView(1_000_000);

  test('are each what it is by its values, and told from those that models are shown otherwise', () => {
    const long = fc
      .array(fc.integer(), { minLength: 60, maxLength: 68 })
      .map((numbers) => ({ long: { L: numbers.map((n) => ({ N: `${n}` })) } }));
    fc.assert(
      fc.property(fc.array(fc.oneof(wireItem, long)), (Items) => {
        const json = JSON.stringify({ Items, Count: Items.length });
        const output = transcodeAnswer(Buffer.from(json), 'each') as JsonObject;
        const elements = output.Items as JsonElement[];
        const values = decodeOutput(json).Items as JsonObject[];

        expect(output.Count).toBe(Items.length);
        expect(elements.map(({ value }) => JSON.stringify(value))).toEqual(
          values.map((item) => JSON.stringify(encodeItem(item))),
        );
        for (const { text, bytes, isPlain, value } of elements) {
          expect(bytes).toBe(Buffer.byteLength(text));
          if (isPlain) expect(view.show(value)).toEqual(value);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('is left to who reads values', () => {
  test('whatever ends early', () => {
    fc.assert(
      fc.property(fc.array(wireItem), fc.nat(), (Items, at) => {
        const json = Buffer.from(JSON.stringify({ Items }));

        expect(transcode(json.subarray(0, at % json.length))).toBeUndefined();
      }),
    );
  });

  test('whatever has white space between its values', () => {
    fc.assert(
      fc.property(attributeValue, (value: Wire) => {
        expect(transcode(JSON.stringify({ Items: [{ a: value }] }, null, 1))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    '{"Items":[{"a":{"S":"1","N":"1"}}]}',
    '{"Items":[{"a":{"X":"1"}}]}',
    '{"Items":[{"a":{"BOOL":maybe}}]}',
    '{"Items":[{"a":{"BOOL":tru"}}]}',
    '{"Items":[{"a":{"NULL":false}}]}',
    '{"Items":[{"a":{"S":1}}]}',
    '{"Items":[{"a":{"N":"x"}}]}',
    '{"Items":[{"a":{"N":"1.2.3"}}]}',
    '{"Items":[{"a":{"N":""}}]}',
    '{"Items":[{"a":{"N":12}}]}',
    '{"Items":[{"a":{"SS":[]}}]}',
    '{"Items":[{"a":{"SX":["1"]}}]}',
    '{"Items":[{"a":{}}]}',
    '{"Items":[{"a":"b"}]}',
    '{"Items":[{"a":{"S":"1"},}]}',
    '{"Items":[{"a":{"S":"1"}},]}',
    '{"Items":[{"a":{"S":"\u0001"}}]}',
    '{"Items":[{"a":{"S":"\\x"}}]}',
    '{"Items":[]} {}',
    '{"Items":[],"Count":01x}',
    '{"Items":[]',
    '{"Items"}',
    '[]',
    '<html>',
    '',
  ])('%s', (json) => {
    expect(transcode(json)).toBeUndefined();
  });

  test('what is not UTF-8', () => {
    const json = Buffer.from('{"Items":[{"a":{"S":"_"}}]}');
    json[json.indexOf('_')] = 0xff;

    expect(transcode(json)).toBeUndefined();
  });
});

/** For JSON.parse: the numbers that a double prints otherwise stay as they stand. */
function exactly(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' &&
    context?.source !== undefined &&
    String(value) !== context.source
    ? JSON.rawJSON(context.source)
    : value;
}
