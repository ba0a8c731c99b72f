import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const key = { PK: 'HINT', SK: 'A' };
const advice = 'write plain values, "x" instead of {"S": "x"}.';
const one = (path: string) =>
  `${path} looks like DynamoDB's own JSON and is taken as the map it is: ${advice}`;
const many = (paths: string) =>
  `${paths} look like DynamoDB's own JSON and are taken as the maps they are: ${advice}`;

test.each<[string, JsonObject, string]>([
  ['put_item', { item: { ...key, name: { S: 'Bob' } } }, one('item.name')],
  [
    'put_item',
    {
      item: { ...key, a: { N: '5' }, b: { BOOL: true }, c: { L: [{ S: 'x' }] }, d: { NULL: true } },
    },
    many('item.a, item.b, item.c'),
  ],
  ['put_item', { item: { ...key, in: { list: [1, { SS: ['a'] }] } } }, one('item.in.list[1]')],
  ['put_item', { item: { ...key, m: { M: { a: { S: 'x' } } } } }, one('item.m')],
  ['update_item', { key, updates: { b: { B: 'YQ==' } }, upsert: true }, one('updates.b')],
  [
    'query',
    {
      key_condition: 'PK = :p',
      filter_expression: 's = :s',
      expression_values: { ':p': 'HINT', ':s': { S: 'Open' } },
    },
    one('expression_values.:s'),
  ],
  ['query', { key: { PK: 'HINT' }, filter: { s: { S: 'Open' } } }, one('filter.s')],
  ['scan', { filter: { s: { eq: { S: 'Open' } } } }, one('filter.s.eq')],
  ['batch_write_item', { put: [{ ...key, a: { S: 'x' } }] }, one('put[0].a')],
])('%s %j is done, with a hint', async (tool, request, hint) => {
  const { status, body } = await service.call(tool, request);

  expect([status, body.success, body.hint]).toEqual([200, true, hint]);
});

test.each<JsonObject>([
  { a: { S: 5 } },
  { a: { N: 'five' } },
  { a: { B: 'no base64!' } },
  { a: { BOOL: 'true' } },
  { a: { NULL: false } },
  { a: { L: ['x'] } },
  { a: { M: { b: 1 } } },
  { a: { S: 'x', more: 1 } },
  { a: { X: 'x' } },
  { a: { $ddb: { S: 'x' } } },
  { a: 'S', S: 'x' },
])('%j is stored without a hint, as it is', async (attributes) => {
  const put = await service.call('put_item', { item: { ...key, ...attributes } });

  expect([put.status, put.body]).toEqual([200, { success: true }]);
});

test('what looks like it is stored as the map it is', async () => {
  const item = { ...key, name: { S: 'Bob' } };
  await service.call('put_item', { item });

  const { body } = await service.call('get_item', { key });

  expect(body).toEqual({ success: true, item });
});

test.each<[string, JsonObject, string]>([
  ['get_item', { key: { PK: { S: 'T' }, SK: 'A' } }, one('key.PK')],
  ['put_item', { item: { PK: { S: 'T' }, SK: { S: 'A' } } }, many('item.PK, item.SK')],
  ['update_item', { key: { PK: { S: 'T' }, SK: 'A' }, remove: ['a'] }, one('key.PK')],
  ['update_item', { key, add: { n: { N: '1' } } }, one('add.n')],
  ['update_item', { key, remove_from_set: { n: { SS: ['1'] } } }, one('remove_from_set.n')],
  ['delete_item', { key: { PK: { S: 'T' }, SK: 'A' } }, one('key.PK')],
  ['query', { key: { PK: { S: 'T' } } }, one('key.PK')],
  ['query', { key: { PK: 'T' }, sort_key: { eq: { S: 'A' } } }, one('sort_key.eq')],
  [
    'query',
    { key: { PK: 'T' }, last_evaluated_key: { PK: { S: 'T' }, SK: 'A' } },
    one('last_evaluated_key.PK'),
  ],
  [
    'query',
    { key_condition: 'PK = :pk', expression_values: { ':pk': { S: 'x' } } },
    one('expression_values.:pk'),
  ],
  ['scan', { last_evaluated_key: { PK: 'T', SK: { S: 'A' } } }, one('last_evaluated_key.SK')],
  ['batch_get_item', { keys: [key, { PK: { S: 'T' }, SK: 'A' }] }, one('keys[1].PK')],
  ['batch_write_item', { delete: [{ PK: { S: 'T' }, SK: 'A' }] }, one('delete[0].PK')],
])('%s %j is refused, with a hint', async (tool, request, hint) => {
  const { status, body } = await service.call(tool, request);

  expect([status, body.code]).toEqual([400, 'ValidationError']);
  expect(body.error).toMatch(/\S\. \S/);
  expect(body.error).not.toContain('DynamoDB refused');
  expect(body.error).toContain(` ${hint}`);
});

test('a refusal keeps its issues beside the hint', async () => {
  const { body } = await service.call('get_item', { key: { PK: { S: 'T' }, SK: 'A' } });

  const message = 'must be a string, as a key attribute';
  expect(body.issues).toEqual([{ path: 'key.PK', message }]);
  expect(body.error).toBe(`key.PK: ${message}. ${one('key.PK')}`);
});

test('a condition that fails on it says so', async () => {
  await service.call('put_item', { item: { ...key, status: 'Open' } });

  const { status, body } = await service.call('update_item', {
    key,
    updates: { n: 1 },
    expected: { status: { S: 'Open' } },
  });

  expect(status).toBe(409);
  expect(body.error).toBe(`The condition is not met by the stored item. ${one('expected.status')}`);
});
