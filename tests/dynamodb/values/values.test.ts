import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalNumber } from '../../../src/json/decimal.ts';
import { parseJson } from '../../../src/json/parse.ts';
import { canonical } from '../../support/canonical.ts';
import { startService, type TestService } from '../../support/service.ts';

let service: TestService;
const key = { PK: 'VALUES', SK: 'ITEM' };

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

/** Sends an item whose attribute `v` is the text, and reads the attribute back as text. */
async function roundTrip(json: string) {
  const put = await service.request('/tools/put_item', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"item":{"PK":"VALUES","SK":"ITEM","v":${json}}}`,
  });
  const got = await service.call('get_item', { key, projection_expression: 'v' });
  return { put, value: /"item":\{"v":(.*)\}\}$/.exec(got.text)?.[1] ?? '' };
}

describe('numbers', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['1.0', '1'],
    ['1E1', '10'],
    ['0.1', '0.1'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['9007199254740992.5', '9007199254740992.5'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['1e21', '1e+21'],
    ['1E-130', '1e-130'],
  ])('%s', async (sent, expected) => {
    const { put, value } = await roundTrip(sent);

    expect(put.status).toBe(200);
    expect(value).toBe(expected);
  });

  test.each([
    ['39 digits', '123456789012345678901234567890123456789'],
    ['too large', '1E126'],
    ['too large for a double', '1E999'],
    ['too small', '1E-131'],
    ['too small for a double', '-1E-999'],
  ])('%s: 400', async (_what, token) => {
    const { put } = await roundTrip(token);

    expect(put).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
    expect(put.body.issues).toEqual([{ path: 'item.v', message: expect.any(String) }]);
  });

  test('9.99…E+125 with 38 digits survives', async () => {
    const token = '99999999999999999999999999999999999999E88';
    const { value } = await roundTrip(token);

    expect(canonicalNumber(value)).toBe(token);
  });
});

describe('tagged values', () => {
  test.each([
    ['{"$ddb":{"SS":["b","a"]}}'],
    ['{"$ddb":{"NS":["1","12345678901234567890"]}}'],
    ['{"$ddb":{"BS":["AQ==","Ag=="]}}'],
    ['{"$ddb":{"B":"AQID"}}'],
    ['{"$ddb":{"B":""}}'],
    ['[{"$ddb":{"SS":["a"]}}]'],
    ['{"m":{"$ddb":{"B":"AQID"}}}'],
    ['{"$$ddb":{"SS":["a"]}}'],
    ['{"$$$ddb":1}'],
    ['{"$$ddb":1,"$ddbx":2}'],
  ])('%s is returned as it was sent', async (json) => {
    const { put, value } = await roundTrip(json);

    expect(put.status).toBe(200);
    expect(canonical(parseJson(value))).toBe(canonical(parseJson(json)));
  });

  test.each([
    ['{"$ddb":{"S":"x"}}', '"x"'],
    ['{"$ddb":{"N":"1.50"}}', '1.5'],
    ['{"$ddb":{"BOOL":false}}', 'false'],
    ['{"$ddb":{"NULL":true}}', 'null'],
    ['{"$ddb":{"L":[{"S":"x"},{"N":"1"}]}}', '["x",1]'],
    ['{"$ddb":{"M":{"a":{"SS":["x"]}}}}', '{"a":{"$ddb":{"SS":["x"]}}}'],
    ['{"$ddb":{"M":{"$ddb":{"S":"x"}}}}', '{"$$ddb":"x"}'],
  ])('%s is plain where plain JSON can say it', async (sent, expected) => {
    const { put, value } = await roundTrip(sent);

    expect(put.status).toBe(200);
    expect(value).toBe(expected);
  });

  test.each([
    ['something beside the tag', '{"$ddb":{"S":"x"},"a":1}'],
    ['no type', '{"$ddb":{}}'],
    ['two types', '{"$ddb":{"S":"x","N":"1"}}'],
    ['an unknown type', '{"$ddb":{"X":"x"}}'],
    ['an inherited name for a type', '{"$ddb":{"constructor":"x"}}'],
    ['a plain value', '{"$ddb":"x"}'],
    ['null', '{"$ddb":null}'],
    ['an empty set', '{"$ddb":{"SS":[]}}'],
    ['a repeated member', '{"$ddb":{"SS":["a","a"]}}'],
    ['a repeated number', '{"$ddb":{"NS":["1","1.0"]}}'],
    ['repeated bytes', '{"$ddb":{"BS":["AQ==","AQ=="]}}'],
    ['numbers in a set of strings', '{"$ddb":{"SS":[1]}}'],
    ['a number that is none', '{"$ddb":{"N":"abc"}}'],
    ['a number in hexadecimal', '{"$ddb":{"N":"0x10"}}'],
    ['an infinite number', '{"$ddb":{"N":"Infinity"}}'],
    ['a JSON number', '{"$ddb":{"N":1}}'],
    ['broken base64', '{"$ddb":{"B":"A"}}'],
    ['base64 of another alphabet', '{"$ddb":{"B":"_-8="}}'],
    ['NULL false', '{"$ddb":{"NULL":false}}'],
    ['BOOL in text', '{"$ddb":{"BOOL":"true"}}'],
    ['a plain value in a list', '{"$ddb":{"L":["x"]}}'],
    ['a lone surrogate', '{"$ddb":{"S":"\\ud800"}}'],
  ])('%s: 400', async (_what, json) => {
    const { put } = await roundTrip(json);

    expect(put).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
  });
});

describe('names and nesting', () => {
  test('an object that looks like another class stays a map', async () => {
    const json = '{"constructor":{"name":"Uint8Array"},"length":3,"toString":"x"}';

    const { value } = await roundTrip(json);

    expect(canonical(parseJson(value))).toBe(canonical(parseJson(json)));
  });

  test.each([
    ['__proto__ as a name', '{"__proto__":{"a":1}}'],
    ['a lone surrogate in a string', '"\\udc00"'],
    ['a lone surrogate in a name', '{"\\ud800":1}'],
    ['the tag beside other members', '{"a":{"$ddb":{"S":"x"},"b":1}}'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    [
      '100,000 levels and a long number',
      `${'['.repeat(100_000)}12345678901234567${']'.repeat(100_000)}`,
    ],
    ['33 typed levels', `{"$ddb":${'{"L":['.repeat(33)}{"S":"x"}${']}'.repeat(33)}}`],
  ])('%s: 400', async (_what, json) => {
    const { put } = await roundTrip(json);

    expect(put).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
  });

  test('32 levels survive', async () => {
    const json = `${'['.repeat(32)}${']'.repeat(32)}`;

    expect((await roundTrip(json)).value).toBe(json);
  });

  test('__proto__ at the top of an item: 400', async () => {
    const reply = await service.request('/tools/put_item', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"item":{"PK":"VALUES","SK":"ITEM","__proto__":"x"}}',
    });

    expect(reply.status).toBe(400);
  });
});
