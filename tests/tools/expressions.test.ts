import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from '../support/service.ts';

const key = { PK: 'EXPRESSIONS', SK: 'ITEM' };
const values = { expression_values: { ':v': 1 } };

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call('put_item', { item: { ...key, größe: 1 } });
});

afterAll(() => service.close());

describe('an expression with other characters than ASCII is refused before it is sent', () => {
  test.each<[string, string, JsonObject]>([
    ['put_item', 'condition_expression', { item: key }],
    ['update_item', 'update_expression', { key }],
    ['update_item', 'condition_expression', { key, add: { n: 1 } }],
    ['delete_item', 'condition_expression', { key }],
    ['get_item', 'projection_expression', { key }],
    ['batch_get_item', 'projection_expression', { keys: [key] }],
    ['query', 'key_condition', {}],
    ['query', 'filter_expression', { key: { PK: 'EXPRESSIONS' } }],
    ['query', 'projection_expression', { key: { PK: 'EXPRESSIONS' } }],
    ['scan', 'filter_expression', {}],
    ['scan', 'projection_expression', {}],
  ])('%s: %s', async (tool, field, request) => {
    for (const expression of ['größe = :v', '#größe', '💥']) {
      const refused = await service.call(tool, { ...request, [field]: expression });

      expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
      expect(refused.body.issues).toContainEqual({
        path: field,
        message: expect.stringMatching(/^must be ASCII: .*expression_names/),
      });
    }
  });
});

test('any name can be used through expression_names', async () => {
  const got = await service.call('get_item', {
    key,
    projection_expression: '#n',
    expression_names: { '#n': 'größe' },
  });
  const found = await service.call('query', {
    key: { PK: 'EXPRESSIONS' },
    filter_expression: '#n = :v',
    expression_names: { '#n': 'größe' },
    ...values,
  });

  expect(got.body).toEqual({ success: true, item: { größe: 1 } });
  expect(found.body.count).toBe(1);
});
