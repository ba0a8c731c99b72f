import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { TOOLS } from '../../src/tools/registry.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const key = { PK: 'a', SK: 'b' };

test.each<[string, unknown, string]>([
  ['query', { key: 3 }, 'key must be an object'],
  ['query', { key_condition: 5 }, 'key_condition must be text'],
  ['query', {}, 'key_condition or key must be given, and not both'],
  ['query', { key, select: 'ALL' }, 'select must be "COUNT"'],
  ['query', { key, limit: 0 }, 'limit must be a whole number from 1 to 2147483647'],
  ['query', { key, limit: 1.5 }, 'limit must be a whole number from 1 to 2147483647'],
  ['query', { key, limit: 1e300 }, 'limit must be a whole number from 1 to 2147483647'],
  ['query', { key, consistent_read: 1 }, 'consistent_read must be true or false'],
  ['query', { key, sort_key: { between: 3 } }, 'sort_key.between must be a list'],
  ['scan', { segment: 1 }, 'segment goes together with total_segments'],
  ['scan', { segment: 2, total_segments: 2 }, 'segment must be less than total_segments'],
  ['update_item', { key, remove: [1] }, 'remove[0] must be text'],
  ['update_item', { key, remove: [''] }, 'remove[0] must not be empty'],
  ['batch_get_item', { keys: {} }, 'keys must be a list'],
  ['describe_table', { entities: 'yes' }, 'entities must be true or false, without quotes'],
])('%s %j: %s', async (tool, request, sentence) => {
  const { status, body } = await service.call(tool, request);

  expect([status, body.error]).toEqual([400, `The request is not valid: ${sentence}.`]);
});

test.each<[string, unknown, string]>([
  [
    'update_item',
    { key, add: { tags: ['a'] } },
    'add.tags: must be a number or a set, such as {"$ddb": {"SS": ["a"]}}',
  ],
  [
    'update_item',
    { key, remove_from_set: { tags: 'a' } },
    'remove_from_set.tags: must be a set, such as {"$ddb": {"SS": ["a"]}}',
  ],
  ['update_item', { key, append: { list: 'a' } }, 'append.list: must be a list, such as ["a"]'],
  ['get_item', { key: { PK: 1, SK: 'b' } }, 'key.PK: must be a string, as a key attribute'],
  ['put_item', { item: { PK: 'a', SK: '' } }, 'item.SK: must not be empty, as a key attribute'],
  [
    'put_item',
    { item: { ...key, GSI1PK: 1 } },
    'item.GSI1PK: must be a string, as a key of the index GSI1',
  ],
  [
    'query',
    { key: { PK: 'a' }, sort_key: { eq: 1 } },
    'sort_key.eq: must be a string, as a key attribute',
  ],
])('%s %j: %s', async (tool, request, sentence) => {
  const { status, body } = await service.call(tool, request);

  expect([status, body.error]).toEqual([400, sentence]);
});

test('whatever a field holds, its message is ours', async () => {
  const fields = new Set(
    TOOLS.flatMap(({ input }) => (input instanceof z.ZodObject ? Object.keys(input.shape) : [])),
  );
  for (const { name } of TOOLS) {
    for (const wrong of [0, -1, 1.5, 'text', true, [], [[]], {}, { a: 1 }]) {
      const request = Object.fromEntries([...fields].map((field) => [field, wrong]));
      const { body } = await service.call(name, request);

      expect(body.code).toBe('ValidationError');
      expect(JSON.stringify(body)).not.toMatch(
        /Invalid input|Too (?:small|big)|Unrecognized|received/,
      );
    }
  }
});
