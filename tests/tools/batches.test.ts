import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ environment: { MAX_BATCH_ENTRIES: '300' } });
});

afterAll(() => service.close());

function items(partition: string, count: number) {
  return Array.from({ length: count }, (_, n) => ({ PK: partition, SK: `ITEM#${n}`, n }));
}

const keyOf = ({ PK, SK }: { PK: string; SK: string }) => ({ PK, SK });

test('more entries than one call of DynamoDB takes are written and read', async () => {
  const put = items('MANY', 130);

  const written = await service.call('batch_write_item', { put });
  const read = await service.call('batch_get_item', { keys: [...put, ...put].map(keyOf) });

  expect(written.body).toEqual({
    success: true,
    put_count: 130,
    delete_count: 0,
    unprocessed: { put: [], delete: [] },
  });
  expect(written.headers.get('x-attempts')).toBe('6');
  expect(read.body).toMatchObject({ success: true, count: 130, unprocessed: { keys: [] } });
  const found = read.body.items as typeof put;
  expect(found.sort((a, b) => a.n - b.n)).toEqual(put);
});

test('puts and deletes go together; keys without an item are left out of the answer', async () => {
  const [first, second, third] = items('MIXED', 3);
  await service.call('batch_write_item', { put: [first, second] });

  const written = await service.call('batch_write_item', {
    put: [third],
    delete: [{ PK: 'MIXED', SK: 'ITEM#0' }],
  });
  const read = await service.call('batch_get_item', {
    keys: items('MIXED', 4).map(keyOf),
    projection_expression: 'n',
    consistent_read: true,
  });

  expect(written.body).toMatchObject({ put_count: 1, delete_count: 1 });
  expect(read.body.items).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
  expect(read.body.count).toBe(2);
});

test.each<[string, string, JsonObject]>([
  ['nothing to write', 'batch_write_item', {}],
  ['empty lists', 'batch_write_item', { put: [], delete: [] }],
  ['an item put twice', 'batch_write_item', { put: [...items('A', 1), ...items('A', 1)] }],
  [
    'a key put and deleted',
    'batch_write_item',
    { put: items('A', 1), delete: [{ PK: 'A', SK: 'ITEM#0' }] },
  ],
  ['too many writes', 'batch_write_item', { put: items('A', 301) }],
  ['no keys', 'batch_get_item', { keys: [] }],
  ['too many keys', 'batch_get_item', { keys: items('A', 301).map(keyOf) }],
  ['a key with more', 'batch_get_item', { keys: items('A', 1) }],
])('%s is 400 and writes nothing', async (_what, tool, request) => {
  const refused = await service.call(tool, request);
  const read = await service.call('query', { key: { PK: 'A' } });

  expect(refused).toMatchObject({ status: 400, body: { code: 'ValidationError' } });
  expect(read.body.count).toBe(0);
});
