import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';
import { keyPolicy, policyProblems } from '../support/policies.ts';

/** What is hidden leaves no trace in what is shown. */

const READING = ['get_item', 'query', 'scan'];
const WRITING = ['get_item', 'put_item', 'transact_write_items'];

let service: GuardedService;

beforeAll(async () => {
  service = await startGuarded({
    // Sees `map` of some items, and a mask of it of others.
    masked: {
      grants: [
        { items: { kind: 'a' }, tools: READING, read: { only: ['map'] } },
        { items: { kind: 'b' }, tools: READING, read: { only: ['note'], hash: ['map'] } },
        { items: { kind: 'c' }, tools: READING, read: { only: ['note'], redact: ['map'] } },
      ],
    },
    // Sees some attributes of every item.
    reader: { grants: [{ items: '*', tools: READING, read: { only: ['note'] } }] },
    checker: { grants: [{ items: { PK: 'T#1#*', kind: 'a' }, tools: WRITING }] },
    namer: {
      grants: [
        {
          items: { PK: 'T#1#*' },
          tools: ['put_item'],
          write: { values: { constructor: ['a', 'b'] } },
        },
      ],
    },
  });
  await service.store(
    { PK: 'T#1#x', SK: '1', kind: 'a', map: { in: 1 } },
    { PK: 'T#1#x', SK: '2', kind: 'b', map: { in: 1 } },
    { PK: 'T#1#x', SK: '3', kind: 'c', map: { in: 1 } },
  );
});

afterAll(() => service.close());

test('a part of what is masked is not asked for', async () => {
  const parts = async (name: string) => {
    const { body } = await service.as('masked', 'query', {
      key: { PK: 'T#1#x' },
      projection_expression: '#m.#p',
      expression_names: { '#m': 'map', '#p': name },
    });
    return body.items;
  };

  expect(await parts('in')).toEqual([{ map: { in: 1 } }, {}, {}]);
  expect(await parts('out')).toEqual([{}, {}, {}]);
});

test('what hidden attributes cost is not told', async () => {
  const key = { PK: 'T#1#x', SK: '1' };
  const costs = await Promise.all(
    ['reader', 'admin'].map(async (role) =>
      (await service.as(role, 'get_item', { key })).headers.has('x-consumed-capacity'),
    ),
  );

  expect(costs).toEqual([false, true]);
});

test('a check in a transaction fails on a hidden item as on none', async () => {
  const reasons = await Promise.all(
    ['2', 'none'].map(async (SK) => {
      const check = { key: { PK: 'T#1#x', SK }, expected: { note: 'guess' } };
      const reply = await service.as('checker', 'transact_write_items', {
        operations: [{ check }],
      });
      return reply.body.reasons;
    }),
  );

  expect(reasons[0]).toEqual([
    expect.objectContaining({ code: 'ConditionalCheckFailed', item: null }),
  ]);
  expect(reasons[1]).toEqual(reasons[0]);
});

test('an attribute with values stays, whatever its name', async () => {
  const key = { PK: 'T#1#names', SK: '1' };
  await service.store({ ...key, constructor: 'a' });
  const reply = await service.as('namer', 'put_item', { item: key });

  expect(reply.body.code).toBe('Forbidden');
  expect(await service.stored(key.PK, key.SK)).toEqual({ ...key, constructor: 'a' });
});

test('an attribute by which a grant creates is not masked by another', () => {
  const policy = keyPolicy([
    { items: { owner: 'a*' }, tools: ['put_item'], write: { only: ['note'] } },
    { items: '*', tools: ['get_item'], read: { only: ['note'], hash: ['owner'] } },
  ]);

  expect(policyProblems(policy)).toEqual([
    expect.stringContaining('whoever may write a guess can learn what is masked'),
  ]);
});
