import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectFailure, expectInvalid } from '../support/failures.ts';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';

/** What tries to see or change what its role may not, call by call. */

const EVERYTHING = [
  'get_item',
  'batch_get_item',
  'transact_get_items',
  'query',
  'scan',
  'put_item',
  'update_item',
  'delete_item',
  'batch_write_item',
  'transact_write_items',
  'describe_table',
];
const READING = ['get_item', 'batch_get_item', 'query', 'scan', 'describe_table'];

const ROLES = {
  // Its items are those of one tenant that are of a kind, and it does not see their `secret`.
  tenant: {
    grants: [
      {
        items: { PK: 'T#1#*', kind: ['a', 'b'] },
        tools: EVERYTHING,
        indexes: ['GSI1'],
        read: { only: ['kind', 'note', 'n', 'list', 'tags', 'map', 'GSI1PK', 'GSI1SK'] },
        write: { only: ['note', 'n', 'list', 'tags', 'map', 'other'], replace: true, upsert: true },
      },
    ],
  },
  // Sees neither the index's keys nor the secret, and masks two attributes.
  reader: {
    grants: [
      {
        items: { kind: 'a' },
        tools: READING,
        indexes: ['GSI1'],
        read: { only: ['kind', 'note'], redact: ['n'], hash: ['secret'] },
      },
    ],
  },
  // Two grants for reading, of one attribute each, and one for writing.
  pieces: {
    grants: [
      { items: { kind: 'a' }, tools: ['get_item'], read: { only: ['note'] } },
      { items: { kind: 'b' }, tools: ['get_item'], read: { only: ['n'] } },
      { items: { PK: 'T#9#*' }, tools: ['get_item'], read: { only: ['secret'] } },
      {
        items: { PK: 'T#1#*' },
        tools: ['update_item', 'put_item', 'delete_item'],
        write: { only: ['list'] },
      },
    ],
  },
  mover: {
    grants: [
      {
        items: { PK: 'T#1#*', kind: ['a', 'b'] },
        tools: ['get_item', 'update_item', 'put_item', 'delete_item'],
        write: {
          values: { status: ['open', 'doing', 'done'] },
          transitions: { status: { open: ['doing'], doing: ['done', 'open'] } },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write variables
          set: { by: '${principal}' },
          replace: true,
        },
      },
    ],
  },
  versioned: {
    grants: [
      {
        items: { PK: 'T#1#*' },
        tools: ['get_item', 'update_item'],
        write: { only: ['note'], require_expected: ['n'] },
      },
    ],
  },
  counter: { grants: [{ items: '*', tools: ['scan'], read: { only: ['note'] } }] },
  writer: {
    grants: [
      { items: { PK: 'T#1#*', kind: 'a' }, tools: ['put_item', 'update_item', 'delete_item'] },
    ],
  },
};

const MINE = { PK: 'T#1#x', SK: '1' };
const HIDDEN = { PK: 'T#1#x', SK: '2' };
const FOREIGN = { PK: 'T#2#x', SK: '1' };
const ABSENT = { PK: 'T#1#x', SK: '9' };

const mine = {
  ...MINE,
  kind: 'a',
  note: 'mine',
  n: 1,
  list: ['l'],
  map: { in: 1 },
  secret: 'SECRET',
  status: 'open',
  GSI1PK: 'g',
  GSI1SK: '1',
};
const hidden = {
  ...HIDDEN,
  kind: 'z',
  note: 'HIDDEN',
  n: 2,
  secret: 'SECRET',
  GSI1PK: 'g',
  GSI1SK: '2',
};
const foreign = {
  ...FOREIGN,
  kind: 'a',
  note: 'FOREIGN',
  n: 3,
  secret: 'SECRET',
  GSI1PK: 'g',
  GSI1SK: '3',
};

const SHOWN = {
  ...MINE,
  kind: 'a',
  note: 'mine',
  n: 1,
  list: ['l'],
  map: { in: 1 },
  GSI1PK: 'g',
  GSI1SK: '1',
};

let service: GuardedService;

beforeAll(async () => {
  service = await startGuarded(ROLES);
});

afterAll(() => service.close());

beforeEach(async () => {
  await service.store(mine, hidden, foreign);
  await service.as('admin', 'delete_item', { key: ABSENT });
});

const as = (role: string, tool: string, body: unknown) => service.as(role, tool, body);
const secretIn = (text: string) => /SECRET|HIDDEN|FOREIGN/.test(text);

async function expectForbidden(
  role: string,
  tool: string,
  body: unknown,
  path: string,
): Promise<void> {
  const reply = await as(role, tool, body);
  const { issues } = reply.body as { issues?: { path: string }[] };
  expect([reply.status, reply.body.code, issues?.[0]?.path, reply.text]).toEqual([
    403,
    'Forbidden',
    path,
    reply.text,
  ]);
  expect(secretIn(reply.text)).toBe(false);
}

/** What is stored is what was there before. */
async function expectUntouched(): Promise<void> {
  expect(await service.stored(MINE.PK, MINE.SK)).toEqual(mine);
  expect(await service.stored(HIDDEN.PK, HIDDEN.SK)).toEqual(hidden);
  expect(await service.stored(FOREIGN.PK, FOREIGN.SK)).toEqual(foreign);
  expect(await service.stored(ABSENT.PK, ABSENT.SK)).toBeNull();
}

const QUERY = { key: { PK: MINE.PK } };

describe('names of hidden attributes', () => {
  const names = { '#s': 'secret', '#k': 'note' };
  const values = { ':v': 'SECRET' };
  test.each<[string, string, object, string]>([
    ['a filter', 'query', { ...QUERY, filter: { secret: 'SECRET' } }, 'filter'],
    [
      'an expression',
      'query',
      { ...QUERY, filter_expression: 'secret = :v', expression_values: values },
      'filter',
    ],
    [
      'a placeholder',
      'scan',
      { filter_expression: 'contains(#s, :v)', expression_names: names, expression_values: values },
      'filter',
    ],
    [
      'a function in a list',
      'scan',
      {
        filter_expression: 'note IN (:v, #s) OR size(kind) > :v',
        expression_names: names,
        expression_values: values,
      },
      'filter',
    ],
    [
      'a nested path',
      'scan',
      { filter_expression: 'NOT(note<>:v AND (secret.a[0]=:v))', expression_values: values },
      'filter',
    ],
    ['a count', 'scan', { select: 'COUNT', filter: { secret: { exists: true } } }, 'filter'],
    [
      'a projection',
      'get_item',
      { key: MINE, projection_expression: 'note,secret' },
      'projection_expression',
    ],
    [
      'a projection by placeholder',
      'query',
      { ...QUERY, projection_expression: '#s', expression_names: names },
      'projection_expression',
    ],
    [
      'a projection of a part',
      'scan',
      { projection_expression: 'note, #s.a[0].b', expression_names: names },
      'projection_expression',
    ],
    [
      'a projection in a batch',
      'batch_get_item',
      { keys: [MINE], projection_expression: 'secret' },
      'projection_expression',
    ],
    [
      'an expectation',
      'update_item',
      { key: MINE, updates: { note: 'x' }, expected: { secret: 'SECRET' } },
      '',
    ],
    [
      'a condition',
      'delete_item',
      { key: MINE, condition_expression: 'begins_with(secret, :v)', expression_values: values },
      '',
    ],
    [
      'a condition of a put',
      'put_item',
      { item: { ...MINE, kind: 'a' }, condition_expression: 'attribute_not_exists(secret)' },
      '',
    ],
    ['a copy', 'update_item', { key: MINE, update_expression: 'SET note = secret' }, ''],
    [
      'a copy by a function',
      'update_item',
      {
        key: MINE,
        update_expression: 'SET note = if_not_exists(other, #s)',
        expression_names: names,
      },
      '',
    ],
    ['a sum', 'update_item', { key: MINE, update_expression: 'SET n = n + secret' }, ''],
    [
      'a list',
      'update_item',
      { key: MINE, update_expression: 'SET list = list_append(list, secret)' },
      '',
    ],
    ['an addition to what is written only', 'update_item', { key: MINE, add: { other: 1 } }, ''],
    ['an append to what is written only', 'update_item', { key: MINE, append: { other: [1] } }, ''],
    [
      'a deletion from what is written only',
      'update_item',
      { key: MINE, remove_from_set: { other: { $ddb: { SS: ['a'] } } } },
      '',
    ],
    [
      'a path into what is written only',
      'update_item',
      { key: MINE, update_expression: 'SET other.a = :v', expression_values: values },
      '',
    ],
    [
      'a removal within what is written only',
      'update_item',
      { key: MINE, update_expression: 'REMOVE other.a' },
      '',
    ],
    ['a write', 'update_item', { key: MINE, updates: { secret: 'x' } }, '.secret'],
    [
      'a check in a transaction',
      'transact_write_items',
      { operations: [{ check: { key: MINE, expected: { secret: 'SECRET' } } }] },
      'operations[0].check',
    ],
  ])('in %s are refused', async (_case, tool, body, path) => {
    await expectForbidden('tenant', tool, body, path);
    await expectUntouched();
  });

  test('are refused in the words for a name that occurs nowhere', async () => {
    const [known, unknown] = await Promise.all(
      ['secret', 'nowhere'].map((name) =>
        as('tenant', 'query', { ...QUERY, filter: { [name]: 1 } }),
      ),
    );

    expect(known?.body.error).toBe(String(unknown?.body.error).replace('nowhere', 'secret'));
  });

  test.each([
    ['n', { n: 1 }],
    ['secret', { secret: 'SECRET' }],
  ])('%s, which is masked, is no filter', async (_name, filter) => {
    await expectForbidden('reader', 'scan', { filter }, 'filter');
  });

  test.each([
    { key: { GSI1PK: 'g' } },
    { key: { GSI1PK: 'g' }, sort_key: { gte: '2' } },
    { key_condition: 'GSI1PK = :g AND GSI1SK > :s', expression_values: { ':g': 'g', ':s': '0' } },
  ])('the keys of an index are no condition: %j', async (body) => {
    await expectForbidden('reader', 'query', { ...body, index_name: 'GSI1' }, 'index_name');
  });

  test('what cannot be read is not sent', async () => {
    const reply = await as('tenant', 'scan', {
      filter_expression: 'note = = :v',
      expression_values: { ':v': 1 },
    });

    expectInvalid(reply, 'filter_expression', 'the expression cannot be read at "="');
  });

  test('two attributes may each be shown by a grant of its own, for items within both only', async () => {
    const update = { key: MINE, updates: { list: ['x'] }, expected: { note: 'mine', n: 1 } };

    await expectForbidden('pieces', 'update_item', update, 'key');
    await expectUntouched();
  });

  test('a grant that shows an attribute elsewhere does not let it be asked for here', async () => {
    const update = { key: MINE, updates: { list: ['x'] }, expected: { secret: null } };

    await expectForbidden('pieces', 'update_item', update, '');
    await expectForbidden(
      'pieces',
      'delete_item',
      { key: MINE, expected: { secret: 'SECRET' } },
      '',
    );
    await expectUntouched();
  });
});

describe('hidden items', () => {
  const COMMON = { success: true };
  test.each<[string, object, object]>([
    ['get_item', { key: HIDDEN }, { item: null }],
    [
      'batch_get_item',
      { keys: [MINE, HIDDEN] },
      { items: [SHOWN], count: 1, unprocessed: { keys: [] } },
    ],
    [
      'transact_get_items',
      { keys: [{ key: HIDDEN }, { key: MINE }] },
      { items: [null, SHOWN], count: 1 },
    ],
    ['query', QUERY, { items: [SHOWN], count: 1, last_evaluated_key: null }],
    ['query', { ...QUERY, select: 'COUNT' }, { count: 1, last_evaluated_key: null }],
    [
      'query',
      { key: { GSI1PK: 'g' }, index_name: 'GSI1' },
      { items: [SHOWN], count: 1, last_evaluated_key: null },
    ],
    ['scan', {}, { items: [SHOWN], count: 1, last_evaluated_key: null }],
    ['scan', { select: 'COUNT' }, { count: 1, last_evaluated_key: null }],
    [
      'scan',
      { index_name: 'GSI1', filter: { n: { gte: 0 } } },
      { items: [SHOWN], count: 1, last_evaluated_key: null },
    ],
    [
      'scan',
      { projection_expression: 'note, #m.#i', expression_names: { '#m': 'map', '#i': 'in' } },
      { items: [{ note: 'mine', map: { in: 1 } }], count: 1, last_evaluated_key: null },
    ],
    ['delete_item', { key: HIDDEN, return_old: true }, { old_item: null }],
    ['delete_item', { key: HIDDEN, idempotency_key: 'd' }, {}],
    [
      'batch_write_item',
      { delete: [HIDDEN] },
      { put_count: 0, delete_count: 1, unprocessed: { put: [], delete: [] } },
    ],
  ])('are absent for %s %j, and nobody is told what it cost', async (tool, body, expected) => {
    const reply = await as('tenant', tool, body);

    expect(reply.body).toEqual({ ...COMMON, ...expected });
    for (const name of ['x-consumed-capacity', 'x-attempts'])
      expect(reply.headers.has(name)).toBe(false);
    await expectUntouched();
  });

  test.each<[string, object, string]>([
    ['get_item', { key: FOREIGN }, 'key'],
    ['batch_get_item', { keys: [MINE, FOREIGN] }, 'keys[1]'],
    ['transact_get_items', { keys: [{ key: MINE }, { key: FOREIGN }] }, 'keys[1]'],
    ['query', { key: { PK: FOREIGN.PK } }, 'key'],
    [
      'query',
      { key_condition: 'PK = :p', expression_values: { ':p': FOREIGN.PK } },
      'key_condition',
    ],
    [
      'query',
      {
        key_condition: '(:p=#p)',
        expression_names: { '#p': 'PK' },
        expression_values: { ':p': FOREIGN.PK },
      },
      'key_condition',
    ],
    ['put_item', { item: { ...FOREIGN, kind: 'a' } }, 'item'],
    ['update_item', { key: FOREIGN, updates: { note: 'x' } }, 'key'],
    ['delete_item', { key: FOREIGN }, 'key'],
    ['batch_write_item', { put: [{ ...MINE, kind: 'a' }], delete: [FOREIGN] }, 'delete[0].key'],
  ])('beyond one’s keys are refused before anything is sent: %s %j', async (tool, body, path) => {
    await expectForbidden('tenant', tool, body, path);
    await expectUntouched();
  });

  test('a partition that is named twice reaches nothing', async () => {
    const reply = await as('tenant', 'query', {
      key_condition: 'PK = :a AND PK = :b',
      expression_values: { ':a': MINE.PK, ':b': FOREIGN.PK },
    });

    expect(reply.status).toBe(400);
    expect(secretIn(reply.text)).toBe(false);
  });

  test('a put over one is forbidden, whatever its condition', async () => {
    for (const more of [
      {},
      { create_only: true },
      { expected: { note: 'HIDDEN' } },
      { idempotency_key: 'p' },
    ]) {
      await expectForbidden(
        'tenant',
        'put_item',
        { item: { ...HIDDEN, kind: 'a' }, ...more },
        'item',
      );
    }
    await expectUntouched();
  });

  test('a batch tells which puts it may not do', async () => {
    const put = { ...HIDDEN, kind: 'a' };
    const reply = await as('tenant', 'batch_write_item', { put: [put] });

    expect(reply.body).toEqual({
      success: true,
      put_count: 0,
      delete_count: 0,
      unprocessed: { put: [], delete: [] },
      denied: { put: [put], delete: [] },
    });
    await expectUntouched();
  });

  test.each([
    {},
    { expected: { note: 'HIDDEN' } },
    { return_values: 'ALL_OLD' },
    { idempotency_key: 'u' },
  ])('an update of one is of none: %j', async (more) => {
    const [one, none] = await Promise.all(
      [HIDDEN, ABSENT].map((key) =>
        as('tenant', 'update_item', { key, updates: { note: 'x' }, ...more }),
      ),
    );

    expectFailure(one as never, 'ItemNotFound', none?.body.error);
    expectFailure(
      none as never,
      'ItemNotFound',
      'There is no item with this key; upsert: true would create it.',
    );
    await expectUntouched();
  });

  test('an upsert onto one is forbidden', async () => {
    const body = { key: HIDDEN, updates: { note: 'x', kind: 'a' }, upsert: true };

    await expectForbidden('tenant', 'update_item', body, 'key');
    await expectUntouched();
  });

  test('a delete of one with a condition fails as one of none', async () => {
    const [one, none] = await Promise.all(
      [HIDDEN, ABSENT].map((key) =>
        as('tenant', 'delete_item', { key, expected: { note: 'HIDDEN' } }),
      ),
    );

    expectFailure(one as never, 'ConditionalCheckFailed', none?.body.error, { item: null });
    expectFailure(none as never, 'ConditionalCheckFailed', none?.body.error, { item: null });
    await expectUntouched();
  });

  test('cancel a transaction without being shown', async () => {
    const operations = [
      { update: { key: HIDDEN, updates: { note: 'x' } } },
      { delete: { key: { ...MINE }, expected: { note: 'mine' } } },
    ];
    const reply = await as('tenant', 'transact_write_items', { operations });
    const checked = await as('tenant', 'transact_write_items', {
      operations: [{ check: { key: HIDDEN, expected: { note: 'HIDDEN' } } }],
    });

    expect([reply.status, checked.status]).toEqual([409, 409]);
    expect(secretIn(reply.text + checked.text)).toBe(false);
    await expectUntouched();
  });

  test('a role that only writes sees nothing through its writes', async () => {
    const replies = [
      await as('writer', 'put_item', { item: { ...mine, note: 'w' }, return_old: true }),
      await as('writer', 'update_item', { key: MINE, updates: { note: 'v' } }),
      await as('writer', 'put_item', { item: { ...MINE, kind: 'a' }, create_only: true }),
      await as('writer', 'delete_item', { key: MINE, return_old: true }),
    ];

    expect(replies.map(({ body }) => [body.old_item, body.item])).toEqual([
      [null, undefined],
      [undefined, MINE],
      [undefined, undefined],
      [null, undefined],
    ]);
    await expectForbidden(
      'writer',
      'update_item',
      { key: MINE, updates: { note: 'x' }, expected: { note: 'v' } },
      '',
    );
    await expectForbidden('writer', 'update_item', { key: MINE, add: { n: 1 } }, '');
  });
});

test('a role that sees a part of every item may count them', async () => {
  const { body } = await as('counter', 'scan', { select: 'COUNT' });

  expect(body.count).toBeGreaterThan(2);
});

describe('pages', () => {
  beforeAll(async () => {
    const more = Array.from({ length: 60 }, (_, index) => ({
      PK: 'T#1#pages',
      SK: String(index).padStart(3, '0'),
      kind: index < 3 ? 'a' : 'z',
      note: 'HIDDEN',
    }));
    await service.store(...more);
  });
  const body = { key: { PK: 'T#1#pages' }, limit: 3 };
  const cursorOf = async () => {
    const { last_evaluated_key: cursor } = (await as('tenant', 'query', body)).body;
    return cursor as string;
  };

  test('tell by their key only that a limit was reached, not what follows', async () => {
    const full = await as('tenant', 'query', body);
    const alone = await as('tenant', 'query', { ...QUERY, limit: 1 });
    const more = await as('tenant', 'query', {
      ...body,
      last_evaluated_key: full.body.last_evaluated_key,
    });

    expect([typeof full.body.last_evaluated_key, typeof alone.body.last_evaluated_key]).toEqual([
      'string',
      'string',
    ]);
    expect(full.text).not.toMatch(/scanned|T#1#pages","SK":"0[1-9]/);
    expect(more.body).toEqual({ success: true, items: [], count: 0, last_evaluated_key: null });
  });

  test('are walked until the limit is reached', async () => {
    const found = await as('tenant', 'query', { ...body, scan_index_forward: false, limit: 2 });

    expect((found.body.items as { SK: string }[]).map(({ SK }) => SK)).toEqual(['002', '001']);
  });

  test.each<[string, string, (cursor: string) => unknown, object]>([
    [
      'altered',
      'tenant',
      (cursor) => `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`,
      {},
    ],
    ['cut', 'tenant', (cursor) => cursor.slice(0, 20), {}],
    ['none', 'tenant', () => 'x', {}],
    ['an object', 'tenant', () => ({ PK: 'T#1#pages', SK: '002' }), {}],
    ['that of a hidden item', 'tenant', () => HIDDEN, {}],
    ['of another filter', 'tenant', (cursor) => cursor, { filter: { note: 'HIDDEN' } }],
    ['of another direction', 'tenant', (cursor) => cursor, { scan_index_forward: false }],
    ['of another partition', 'tenant', (cursor) => cursor, { key: { PK: 'T#1#other' } }],
    ['of another sort key', 'tenant', (cursor) => cursor, { sort_key: { gte: '0' } }],
    [
      'of another index',
      'tenant',
      (cursor) => cursor,
      { key: { GSI1PK: 'g' }, index_name: 'GSI1' },
    ],
    ['of another role', 'reader', (cursor) => cursor, {}],
  ])('do not go on from a key that is %s', async (_case, role, of, more) => {
    const reply = await as(role, 'query', {
      ...body,
      ...more,
      last_evaluated_key: of(await cursorOf()),
    });

    expectInvalid(
      reply,
      'last_evaluated_key',
      'does not belong to this request: send it back unchanged, with the same request',
    );
  });

  test('of a segment are not those of another, nor of a query', async () => {
    const one = { segment: 0, total_segments: 1, limit: 1 };
    const { body: page } = await as('tenant', 'scan', one);
    const key = page.last_evaluated_key;

    expect(typeof key).toBe('string');
    expect(
      (await as('tenant', 'scan', { ...one, total_segments: 2, last_evaluated_key: key })).status,
    ).toBe(400);
    expect((await as('tenant', 'scan', { limit: 1, last_evaluated_key: key })).status).toBe(400);
    expect((await as('tenant', 'query', { ...body, last_evaluated_key: key })).status).toBe(400);
    expect((await as('tenant', 'scan', { ...one, last_evaluated_key: key })).status).toBe(200);
  });

  test('do without the guard’s filter where both are too long together', async () => {
    const filter_expression = `${' '.repeat(4_000)}attribute_exists(note) AND size(note) > :zero`;
    const reply = await as('tenant', 'query', {
      ...body,
      filter_expression,
      expression_values: { ':zero': 0 },
    });

    expect([reply.status, reply.body.count]).toEqual([200, 3]);
  });

  test('a write is refused where both are too long together', async () => {
    const condition_expression = `${' '.repeat(4_040)}attribute_exists(note)`;
    const reply = await as('tenant', 'update_item', {
      key: MINE,
      updates: { note: 'x' },
      condition_expression,
    });

    expect(reply.status).toBe(400);
    await expectUntouched();
  });
});

describe('rules of writing', () => {
  test.each<[string, string, object, string]>([
    ['an attribute of the predicate', 'tenant', { updates: { kind: 'z' } }, 'kind'],
    ['to another of its values', 'tenant', { updates: { kind: 'b' } }, 'kind'],
    ['the same by an operand', 'tenant', { update_expression: 'SET kind = note' }, 'kind'],
    ['the same away', 'tenant', { remove: ['kind'] }, 'kind'],
    ['a value that is none of the values', 'mover', { updates: { status: 'x' } }, 'status'],
    [
      'a value by an operand',
      'mover',
      { update_expression: 'SET #s = note', expression_names: { '#s': 'status' } },
      'status',
    ],
    [
      'a value by a function',
      'mover',
      {
        update_expression: 'SET #s = if_not_exists(#s, :v)',
        expression_names: { '#s': 'status' },
        expression_values: { ':v': 'open' },
      },
      'status',
    ],
    ['a value by ADD', 'mover', { add: { status: 1 } }, 'status'],
    [
      'a part of a value',
      'mover',
      {
        update_expression: 'SET #s.a = :v',
        expression_names: { '#s': 'status' },
        expression_values: { ':v': 'open' },
      },
      'status',
    ],
    ['a value away', 'mover', { remove: ['status'] }, 'status'],
    ['a preset', 'mover', { updates: { by: 'me', status: 'doing' } }, '.by'],
    ['without what must be expected', 'versioned', { updates: { note: 'x' } }, 'expected'],
  ])('nobody changes %s', async (_case, role, body, path) => {
    await expectForbidden(role, 'update_item', { key: MINE, ...body }, path);
    await expectUntouched();
  });

  test('a transition that is not foreseen is refused, with what the caller may see', async () => {
    await expectForbidden(
      'mover',
      'update_item',
      { key: MINE, updates: { status: 'done' } },
      'key',
    );
    await expectForbidden(
      'mover',
      'put_item',
      { item: { ...MINE, kind: 'a', status: 'done' } },
      'item',
    );
    await expectForbidden('mover', 'put_item', { item: { ...MINE, kind: 'a' } }, 'item');
    await expectForbidden(
      'mover',
      'put_item',
      { item: { ...MINE, kind: 'b', status: 'doing' } },
      'item',
    );
    await expectUntouched();
  });

  test('one that is foreseen happens, with the preset', async () => {
    const reply = await as('mover', 'update_item', { key: MINE, updates: { status: 'doing' } });

    expect(reply.status).toBe(200);
    expect(await service.stored(MINE.PK, MINE.SK)).toEqual({
      ...mine,
      status: 'doing',
      by: 'key:mover',
    });
    await as('admin', 'delete_item', { key: MINE });
  });
});

describe('what a role is told of the table', () => {
  test('no index, attribute or count that is not its own', async () => {
    const { body, text } = await as('reader', 'describe_table', { entities: true });

    expect(body).toMatchObject({ indexes: [], item_count: null, size_bytes: null });
    expect(body.sampled).toBe((await as('reader', 'scan', {})).body.count);
    expect(text).not.toMatch(/GSI1|SECRET|"list"|"map"/);
  });

  test('an unknown table or index in the words for one that is forbidden', async () => {
    const table = await as('tenant', 'scan', { table: 'nowhere' });
    const index = await as('reader', 'query', { ...QUERY, index_name: 'nowhere' });

    expectFailure(table, 'Forbidden', 'table: is not a table that your role may use', {
      issues: [{ path: 'table', message: 'is not a table that your role may use' }],
    });
    expect(index.body.error).toBe('index_name: is not an index that your role may read');
  });

  test('redacted and hashed values, the latter equal for equal ones', async () => {
    const { body } = await as('reader', 'scan', {});
    const items = body.items as Record<string, unknown>[];

    expect(items.length).toBeGreaterThan(1);
    expect(new Set(items.filter(({ n }) => n !== undefined).map(({ n }) => n))).toEqual(
      new Set(['[redacted]']),
    );
    const hashes = new Set(items.map(({ secret }) => secret).filter((each) => each !== undefined));
    expect([...hashes]).toEqual([expect.stringMatching(/^hash:[\w-]+$/)]);
  });
});
