import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineServes } from '../support/engine-has.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { createTableWith } from '../support/tables.ts';

const ALL = [{ items: '*', tools: '*' }];
const READ = { only: ['entity_type', 'status'] };

let service: GuardedService;

beforeAll(async () => {
  service = await startGuarded({
    code: { grants: ALL, confirm: { tools: ['delete_item', 'put_item'], by: 'code' } },
    other: { grants: ALL, confirm: { tools: ['delete_item'], by: 'code' } },
    human: { grants: ALL, confirm: { tools: '*', by: 'human' } },
    masked: {
      grants: [
        { items: { PK: 'P#*' }, tools: ['get_item'], read: READ },
        { items: { PK: 'P#*' }, tools: ['delete_item'] },
      ],
      confirm: { tools: ['delete_item'], by: 'code' },
    },
  });
});

afterAll(() => service.close());

let items = 0;

/** A stored item of its own for a test. */
async function newItem(more: object = {}) {
  const item = { PK: `P#${++items}`, SK: 'I', status: 'Open', ...more };
  await service.store(item);
  const { PK, SK } = item;
  return { item, key: { PK, SK }, stored: () => service.stored(PK, SK) };
}

/** Calls a tool with what an earlier call was answered with. */
function confirmed(role: string, tool: string, body: object, confirmation: unknown) {
  const headers = {
    authorization: `Bearer ${keyOfRole(role)}`,
    'x-confirmation': String(confirmation),
  };
  return service.call(tool, body, { headers });
}

/** Asks for a confirmation, which nothing is done without. */
async function asked(role: string, tool: string, body: object): Promise<string> {
  const reply = await service.as(role, tool, body);
  expect([reply.status, reply.body.code]).toEqual([428, 'ConfirmationRequired']);
  return String(reply.body.confirmation);
}

describe('by code', () => {
  test('a delete is done with what the first call was answered with, and not before', async () => {
    const { item, key, stored } = await newItem();

    const confirmation = await asked('code', 'delete_item', { key });
    const before = await stored();
    const reply = await confirmed('code', 'delete_item', { key }, confirmation);

    expect(before).toEqual(item);
    expect([reply.status, await stored()]).toEqual([200, null]);
  });

  test.each([{ confirm: true }, { confirmed: true }, { confirmation: 'yes' }])(
    'an argument %j stands for nothing',
    async (more) => {
      const { item, key, stored } = await newItem();

      const reply = await service.as('code', 'delete_item', { key, ...more });

      expect([reply.status, await stored()]).toEqual([400, item]);
    },
  );

  test('members may stand in another order, and null for what is absent', async () => {
    const { key, stored } = await newItem();
    const { PK, SK } = key;

    const confirmation = await asked('code', 'delete_item', { key: { PK, SK }, return_old: true });
    const again = { return_old: true, expected: null, key: { SK, PK } };
    const reply = await confirmed('code', 'delete_item', again, confirmation);

    expect([reply.status, await stored()]).toEqual([200, null]);
  });

  test('another key, value, tool or principal wants another confirmation', async () => {
    const { item, key, stored } = await newItem();
    const other = await newItem();
    const remove = await asked('code', 'delete_item', { key });
    const put = await asked('code', 'put_item', { item: { ...item, status: 'Done' } });

    const replies = [
      await confirmed('code', 'delete_item', { key: other.key }, remove),
      await confirmed('code', 'delete_item', { key, return_old: true }, remove),
      await confirmed('code', 'put_item', { item: { ...item, status: 'Other' } }, put),
      await confirmed('code', 'delete_item', { key }, put),
      await confirmed('code', 'batch_write_item', { delete: [key] }, remove),
      await confirmed('other', 'delete_item', { key }, remove),
      await confirmed('human', 'delete_item', { key }, remove),
    ];

    expect(replies.map(({ status }) => status)).toEqual([428, 428, 428, 428, 428, 428, 403]);
    expect([await stored(), await other.stored()]).toEqual([item, other.item]);
  });

  test('a text that was touched confirms nothing', async () => {
    const { item, key, stored } = await newItem();
    const text = await asked('code', 'delete_item', { key });
    const touched = [
      `${text}=`,
      text.slice(1),
      text.slice(0, -1),
      `A${text.slice(1, -1)}A`,
      ' ',
      'x',
    ];

    for (const each of touched) {
      expect((await confirmed('code', 'delete_item', { key }, each)).status).toBe(428);
    }
    expect(await stored()).toEqual(item);
  });

  test('what changed in between is confirmed anew', async () => {
    const { item, key, stored } = await newItem();
    const confirmation = await asked('code', 'delete_item', { key });
    const changed = { ...item, status: 'Done' };
    await service.store(changed);

    const reply = await confirmed('code', 'delete_item', { key }, confirmation);
    const again = await confirmed('code', 'delete_item', { key }, reply.body.confirmation);

    expect([reply.status, again.status]).toEqual([428, 200]);
    expect(reply.body.error).toContain('is not for what would be done now');
    expect(await stored()).toBeNull();
  });

  test('what the role does not see may change', async () => {
    const { item, key, stored } = await newItem({ secret: 1 });
    const confirmation = await asked('masked', 'delete_item', { key });
    await service.store({ ...item, secret: 2 });

    const reply = await confirmed('masked', 'delete_item', { key }, confirmation);

    expect([reply.status, await stored()]).toEqual([200, null]);
  });

  test('what the policy forbids is not asked about', async () => {
    const reply = await service.as('masked', 'delete_item', { key: { PK: 'Q#1', SK: 'I' } });

    expect([reply.status, reply.body.code]).toEqual([403, 'Forbidden']);
  });

  test('tools that are not named need none', async () => {
    const { key, stored } = await newItem();

    const reply = await service.as('code', 'update_item', { key, updates: { status: 'Done' } });

    expect([reply.status, await stored()]).toMatchObject([200, { status: 'Done' }]);
  });
});

describe('what a tool does is confirmed wherever it occurs', () => {
  test('as entries of a batch', async () => {
    const one = await newItem();
    const two = await newItem();
    const batch = { delete: [one.key], put: [{ ...two.item, status: 'Done' }] };

    const confirmation = await asked('other', 'batch_write_item', batch);
    const unchanged = [await one.stored(), await two.stored()];
    const reply = await confirmed('other', 'batch_write_item', batch, confirmation);

    expect(unchanged).toEqual([one.item, two.item]);
    expect(reply.body).toMatchObject({ put_count: 1, delete_count: 1 });
  });

  test('a batch without such entries needs none', async () => {
    const { item } = await newItem();

    expect((await service.as('other', 'batch_write_item', { put: [item] })).status).toBe(200);
  });

  test('of more than can be looked at nothing is done', async () => {
    const keys = Array.from({ length: 101 }, (_, at) => ({ PK: `P#many${at}`, SK: 'I' }));

    const reply = await service.as('other', 'batch_write_item', { delete: keys });

    expect([reply.status, reply.body.code]).toEqual([400, 'ValidationError']);
  });

  test.runIf(engineServes('TransactWriteItems'))('as operations of a transaction', async () => {
    const { item, key, stored } = await newItem();
    const transaction = { operations: [{ delete: { key } }] };

    const confirmation = await asked('other', 'transact_write_items', transaction);
    const before = await stored();
    const reply = await confirmed('other', 'transact_write_items', transaction, confirmation);

    expect(before).toEqual(item);
    expect([reply.status, await stored()]).toEqual([200, null]);
  });
});

test('a person cannot be asked over REST', async () => {
  const { item, key, stored } = await newItem();

  const reply = await service.as('human', 'delete_item', { key });

  expect([reply.status, reply.body.code]).toEqual([403, 'Forbidden']);
  expect(reply.body.error).toContain('over MCP');
  expect(reply.body).not.toHaveProperty('confirmation');
  expect(await stored()).toEqual(item);
});

test('what is confirmed of a binary key is read by it', async () => {
  const binary = await startGuarded(
    { code: { grants: ALL, confirm: { tools: ['delete_item'], by: 'code' } } },
    { table: await createTableWith(['id', 'B'], ['at', 'N']) },
  );
  const key = { id: { $ddb: { B: 'AAEC' } }, at: 1 };
  await binary.store({ ...key, map: { deep: { n: 1 } } });

  const first = await binary.as('code', 'delete_item', { key });
  const reply = await binary.call(
    'delete_item',
    { key },
    {
      headers: {
        authorization: `Bearer ${keyOfRole('code')}`,
        'x-confirmation': String(first.body.confirmation),
      },
    },
  );
  const left = await binary.as('admin', 'get_item', { key });
  await binary.close();

  expect([first.status, reply.status, left.body.item]).toEqual([428, 200, null]);
});
