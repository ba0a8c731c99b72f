import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CALL, ROLE, STORED } from '../support/access-model/arbitraries.ts';
import {
  type Getting,
  gettingBody,
  type ModelCall,
  type Reading,
  readingBody,
  type Writing,
  writingBody,
} from '../support/access-model/calls.ts';
import { type GrantText, HASHED, type Item } from '../support/access-model/grants.ts';
import { answerOfGetting, answerOfReading } from '../support/access-model/reads.ts';
import { type Outcome, outcomeOf } from '../support/access-model/writes.ts';
import { canonical } from '../support/canonical.ts';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';
import type { Reply } from '../support/service.ts';

/** What the service answers and stores is what a model says that filters everything first. */

const SEED = Number(process.env.GUARD_SEED ?? 20_261_126);
const RUNS = Number(process.env.GUARD_RUNS ?? 120);
const CALLS = 12;
const roles = fc.sample(ROLE, { numRuns: 80, seed: SEED });
const KEYS = ['T#1', 'T#2', 'T#2x'].flatMap((PK) =>
  ['A#1', 'A#2', 'B#1', 'B#2'].map((SK) => ({ PK, SK })),
);

let service: GuardedService;

beforeAll(async () => {
  const named = roles.map((grants, index) => [`role${index}`, { grants }]);
  service = await startGuarded(Object.fromEntries(named));
});

afterAll(() => service.close());

const idOf = ({ PK, SK }: Item) => `${PK} ${SK}`;

/** Items in no order, with hashes that are only that. */
function comparable(items: readonly (Item | undefined | null)[]): string[] {
  return items.map((item) => canonical(item ?? null).replace(/"hash:[^"]*"/g, `"${HASHED}"`));
}

async function setUp(stored: readonly Item[]): Promise<void> {
  const taken = new Set(stored.map(idOf));
  const free = KEYS.filter((key) => !taken.has(idOf(key)));
  const { status, text } = await service.as('admin', 'batch_write_item', {
    put: stored,
    delete: free,
  });
  expect([status, text]).toEqual([200, text]);
}

async function expectStored(stored: readonly Item[]): Promise<void> {
  const { body } = await service.as('admin', 'scan', {});
  expect(comparable(body.items as Item[]).sort()).toEqual(comparable(stored).sort());
}

function expectQuiet(reply: Reply): void {
  expect([reply.headers.get('x-consumed-capacity'), reply.headers.get('x-attempts')]).toEqual([
    null,
    null,
  ]);
  expect(reply.body).not.toHaveProperty('scanned_count');
}

/** Reads page by page until there is no more. */
async function checkReading(
  role: string,
  grants: GrantText[],
  call: Reading,
  stored: Item[],
): Promise<void> {
  const answer = answerOfReading(grants, call, stored);
  const found: Item[] = [];
  let count = 0;
  let cursor: unknown;
  do {
    const body = { ...readingBody(call), ...(cursor !== null && { last_evaluated_key: cursor }) };
    const reply = await service.as(role, call.tool, body);
    expect([reply.status, reply.text]).toEqual([answer ? 200 : 403, reply.text]);
    if (!answer) return;
    if (answer.limited) expectQuiet(reply);
    const page = reply.body as { count: number; items?: Item[]; last_evaluated_key: unknown };
    cursor = page.last_evaluated_key;
    if (answer.limited) {
      const left = answer.items.length - count;
      const isFull = call.limit !== undefined && page.count === call.limit;
      expect(page.count).toBe(Math.min(left, call.limit ?? left));
      expect(typeof cursor).toBe(isFull ? 'string' : 'object');
    }
    count += page.count;
    found.push(...(page.items ?? []));
  } while (cursor !== null);
  expect(count).toBe(answer.items.length);
  if (!call.count) expect(comparable(found).sort()).toEqual(comparable(answer.items).sort());
}

async function checkGetting(role: string, grants: GrantText[], call: Getting, stored: Item[]) {
  const answer = answerOfGetting(grants, call, stored);
  const reply = await service.as(role, call.tool, gettingBody(call));
  expect([reply.status, reply.text]).toEqual([answer ? 200 : 403, reply.text]);
  if (!answer) return;
  const { item, items = [item] } = reply.body as { item?: Item; items?: Item[] };
  if (call.tool === 'transact_get_items' && call.projection) {
    // Dynoxide adds the key to what is asked for, and tells nothing of an item without any of it.
    const { projection } = call;
    const bare = (item: Item | null | undefined) =>
      Object.fromEntries(
        Object.entries(item ?? {}).filter(
          ([name]) => !['PK', 'SK'].includes(name) || projection.includes(name),
        ),
      );
    expect(comparable(items.map(bare))).toEqual(comparable(answer.items.map(bare)));
  } else if (call.tool !== 'batch_get_item')
    expect(comparable(items)).toEqual(comparable(answer.items));
  else {
    const there = answer.items.filter((each) => each !== undefined);
    expect(comparable(items).sort()).toEqual(comparable(there).sort());
  }
}

/** Writes, and returns what is stored then. */
async function checkWriting(role: string, grants: GrantText[], call: Writing, stored: Item[]) {
  const byKey = new Map(stored.map((item) => [idOf(item), item]));
  const outcomes = call.writes.map((write): [string, Outcome] => {
    const id = idOf(write.kind === 'put' ? write.item : write.key);
    return [id, outcomeOf(grants, call.tool, write, byKey.get(id))];
  });
  const covered = coveredBy(grants, call);
  const isBatch = call.tool === 'batch_write_item';
  // Of a batch that fails in the middle nobody can say how far it came.
  const fails = ([, { status }]: [string, Outcome], index: number) =>
    status === 403 && call.writes[index]?.kind === 'delete';
  if (isBatch && covered && outcomes.some(fails)) return stored;
  const reply = await service.as(role, call.tool, writingBody(call));
  const said = [reply.status, reply.text];
  const isDone = outcomes.every(([, { status }]) => status === 200);
  if (!covered) expect(said).toEqual([403, reply.text]);
  else if (isBatch) expect(said).toEqual([200, reply.text]);
  else if (call.tool === 'transact_write_items') {
    // What is deleted of others is not deleted, which a transaction cannot do.
    if (reply.status === 200) expect(isDone).toBe(true);
    else expect([400, 409]).toContain(reply.status);
    expectReasons(reply, outcomes);
  } else expectOutcome(reply, call, outcomes[0]?.[1]);
  const happens = covered && (isBatch || reply.status === 200);
  for (const [id, { status, stored: item }] of happens ? outcomes : []) {
    if (status !== 200) continue;
    if (item) byKey.set(id, item);
    else byKey.delete(id);
  }
  const after = [...byKey.values()];
  await expectStored(after);
  return after;
}

/** Whether the words of all entries are within the role: with nothing stored nothing else is refused. */
function coveredBy(grants: GrantText[], { tool, writes }: Writing): boolean {
  return writes.every((write) => outcomeOf(grants, tool, write, undefined).status !== 403);
}

function expectReasons(reply: Reply, outcomes: [string, Outcome][]): void {
  const { reasons = [] } = reply.body as { reasons?: { index: number; item?: Item | null }[] };
  for (const { index, item } of reasons) {
    if (item) expect(comparable([item])).toEqual(comparable([outcomes[index]?.[1].item]));
  }
}

function expectOutcome(reply: Reply, call: Writing, outcome: Outcome | undefined): void {
  expect([reply.status, reply.text]).toEqual([outcome?.status, reply.text]);
  if (reply.status === 400) return;
  const { item, old_item: old } = reply.body as { item?: Item; old_item?: Item };
  if (reply.status === 200) {
    const returned = call.tool === 'update_item' ? item : old;
    expect(comparable([returned])).toEqual(comparable([outcome?.item]));
  } else if (outcome?.status === 409) {
    expect(item === undefined).toBe(outcome.item === undefined);
    expect(comparable([item])).toEqual(comparable([outcome.item]));
  }
}

async function check(role: number, calls: readonly ModelCall[], first: Item[]): Promise<void> {
  const grants = roles[role] ?? [];
  let stored = first;
  await setUp(stored);
  for (const call of calls) {
    const name = `role${role}`;
    if ('writes' in call) stored = await checkWriting(name, grants, call, stored);
    else if ('keys' in call) await checkGetting(name, grants, call, stored);
    else await checkReading(name, grants, call, stored);
  }
}

test('every call answers and stores what the model does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(roles.length - 1),
      fc.array(CALL, { minLength: CALLS, maxLength: CALLS }),
      STORED,
      async (role, calls, stored) => {
        try {
          await check(role, calls, stored);
        } catch (error) {
          throw new Error(`${JSON.stringify(roles[role])}\n${String(error)}`, { cause: error });
        }
      },
    ),
    { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 400_000 },
  );
}, 600_000);
