import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const key = { PK: 'TEXT', SK: 'A' };

describe('JSON text where an object or list is wanted', () => {
  test.each<[string, string, unknown]>([
    ['an object', 'get_item', { key: JSON.stringify(key) }],
    ['with blanks', 'get_item', { key: ` \n${JSON.stringify(key, null, 2)} ` }],
    ['a list', 'batch_get_item', { keys: JSON.stringify([key]) }],
    ['an element of a list', 'batch_get_item', { keys: [JSON.stringify(key)] }],
    ['all of it', 'get_item', JSON.stringify({ key })],
    ['a comparison', 'query', { key: { PK: 'TEXT' }, sort_key: '{"eq":"A"}' }],
    ['a list inside', 'query', { key: { PK: 'TEXT' }, sort_key: { between: '["A","B"]' } }],
    [
      'expression values',
      'query',
      { key_condition: 'PK = :p', expression_values: '{":p":"TEXT"}', expression_names: '{}' },
    ],
  ])('is read: %s', async (_what, tool, request) => {
    await service.call('put_item', { item: JSON.stringify({ ...key, n: 1 }) });

    const { body } = await service.call(tool, request);

    const found = tool === 'get_item' ? body.item : (body.items as JsonObject[])[0];
    expect([body.error, found]).toEqual([undefined, { ...key, n: 1 }]);
  });

  test('is read with exact numbers', async () => {
    const item = '{"PK":"TEXT","SK":"EXACT","n":9007199254740993}';

    await service.call('put_item', { item });

    const { text } = await service.call('get_item', { key: { PK: 'TEXT', SK: 'EXACT' } });
    expect(text).toContain('"n":9007199254740993');
  });

  test('is stored as text where a value is meant', async () => {
    const item = { PK: 'TEXT', SK: 'VALUE', text: '{"a":1}', list: ['[1]'] };

    await service.call('put_item', { item });

    const { body } = await service.call('get_item', { key: { PK: 'TEXT', SK: 'VALUE' } });
    expect(body.item).toEqual(item);
  });

  test.each<[string, string, unknown, string]>([
    ['a list for an object', 'get_item', { key: '[1]' }, 'key must be an object'],
    ['an object for a list', 'batch_get_item', { keys: '{}' }, 'keys must be a list'],
    ['broken', 'get_item', { key: '{"PK":' }, 'key must be an object'],
    ['twice', 'get_item', { key: JSON.stringify(JSON.stringify(key)) }, 'key must be an object'],
    ['too deep', 'get_item', { key: `{"a":${'['.repeat(10_000)}` }, 'key must be an object'],
    [
      'a number in quotes',
      'query',
      { key: { PK: 'a' }, limit: '2' },
      'limit must be a whole number from 1 to 2147483647, without quotes',
    ],
    [
      'a truth value in quotes',
      'get_item',
      { key, consistent_read: 'true' },
      'consistent_read must be true or false, without quotes',
    ],
  ])('is refused: %s', async (_what, tool, request, sentence) => {
    const { status, body } = await service.call(tool, request);

    expect([status, body.error]).toEqual([400, `The request is not valid: ${sentence}.`]);
  });
});
