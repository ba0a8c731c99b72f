import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from '../support/service.ts';

// The calls that the original service documented, to the letter, in its order.

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

const item = {
  PK: 'PROJECT#test123',
  SK: 'EPIC#E001',
  epic_name: 'User Authentication',
  description: 'Authentication features',
};
const key = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };

test('put_item, get_item, update_item', async () => {
  const put = await service.call('put_item', { item });
  const got = await service.call('get_item', { key });
  const updated = await service.call('update_item', {
    key,
    updates: { jira_issue_key: 'MED-123', jira_status: 'Open' },
  });

  expect(put).toMatchObject({ status: 200, body: { success: true } });
  expect(Object.keys(put.body)).toEqual(['success']);
  expect(got).toMatchObject({ status: 200, body: { success: true, item } });
  expect(updated.body).toEqual({
    success: true,
    item: { ...item, jira_issue_key: 'MED-123', jira_status: 'Open' },
  });
});

test('query by partition, from a key on, and on the index', async () => {
  const later = { PK: 'PROJECT#test123', SK: 'EPIC#E011' };
  const child = { PK: 'PROJECT#test123', SK: 'FEATURE#F001', GSI1PK: 'EPIC#E001', GSI1SK: 'F001' };
  await service.call('batch_write_item', { put: [later, child] });
  const byPartition = {
    key_condition: 'PK = :pk',
    expression_values: { ':pk': 'PROJECT#test123' },
  };

  const all = await service.call('query', { ...byPartition, limit: 100 });
  const next = await service.call('query', {
    ...byPartition,
    limit: 10,
    last_evaluated_key: { PK: 'PROJECT#test123', SK: 'EPIC#E010' },
  });
  const index = await service.call('query', {
    key_condition: 'GSI1PK = :gsi1pk',
    expression_values: { ':gsi1pk': 'EPIC#E001' },
    index_name: 'GSI1',
  });

  expect(all.body).toMatchObject({ success: true, count: 3, scanned_count: 3 });
  expect(all.body.last_evaluated_key).toBeNull();
  expect(next.body.items).toEqual([later, child]);
  expect(index.body).toEqual({
    success: true,
    items: [child],
    count: 1,
    scanned_count: 1,
    last_evaluated_key: null,
  });
});

test('scan with a filter', async () => {
  const project = { PK: 'PROJECT#test123', SK: 'METADATA', entity_type: 'project' };
  await service.call('put_item', { item: project });

  const scanned = await service.call('scan', {
    filter_expression: 'entity_type = :type',
    expression_values: { ':type': 'project' },
    limit: 50,
  });

  expect(scanned.body).toMatchObject({ success: true, items: [project], count: 1 });
});

test('delete_item, also of what is not there', async () => {
  const first = await service.call('delete_item', { key });
  const second = await service.call('delete_item', { key });
  const gone = await service.call('get_item', { key });

  expect(first).toMatchObject({ status: 200, body: { success: true } });
  expect(second).toMatchObject({ status: 200, body: { success: true } });
  expect(gone.body).toEqual({ success: true, item: null });
});
