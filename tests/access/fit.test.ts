import { expect, test } from 'vitest';
import { startGuarded } from '../support/guarded-service.ts';

test('a policy that does not fit the table decides nothing, and the log says why', async () => {
  const service = await startGuarded({
    reader: { grants: [{ items: { PK: 'A' }, tools: ['get_item', 'query'], indexes: ['NONE'] }] },
  });
  try {
    const { status, body } = await service.as('reader', 'get_item', { key: { PK: 'A', SK: '1' } });
    const lines = service.logs.filter(({ problems }) => problems !== undefined);

    expect([status, body.code]).toEqual([503, 'StorageUnavailable']);
    expect(lines.slice(0, 1)).toMatchObject([
      { problems: [expect.stringContaining('the table has no index "NONE"')] },
    ]);
  } finally {
    await service.close();
  }
});

test('a batch names what a role may see and not delete', async () => {
  const service = await startGuarded({
    cleaner: {
      grants: [
        { items: { PK: 'A' }, tools: ['get_item'] },
        { items: { PK: 'A', kind: 'draft' }, tools: ['batch_write_item', 'delete_item'] },
      ],
    },
  });
  try {
    const keys = ['1', '2', '3'].map((SK) => ({ PK: 'A', SK }));
    const [draft, final] = keys;
    await service.store({ ...draft, kind: 'draft' }, { ...final, kind: 'final' });
    const { body } = await service.as('cleaner', 'batch_write_item', { delete: keys });

    expect(body).toMatchObject({ delete_count: 2, denied: { put: [], delete: [final] } });
    expect(await service.stored('A', '1')).toBeNull();
    expect(await service.stored('A', '2')).toEqual({ ...final, kind: 'final' });
  } finally {
    await service.close();
  }
});
