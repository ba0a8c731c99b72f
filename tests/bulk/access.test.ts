import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportFrom, importInto, ofKind } from '../support/bulk-lines.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { startService } from '../support/service.ts';

let service: GuardedService;

const ALL_TOOLS = ['get_item', 'query', 'scan', 'put_item', 'batch_write_item'];

beforeAll(async () => {
  service = await startGuarded({
    reader: {
      grants: [{ items: { PK: 'A#*' }, tools: ['scan', 'query'], read: { only: ['name'] } }],
    },
    limited: { grants: [{ items: '*', tools: ['scan'] }], limits: { requests: '2/min' } },
    writer: { grants: [{ items: { PK: 'A#*' }, tools: ALL_TOOLS }] },
    single: { grants: [{ items: '*', tools: ['put_item'] }] },
    creator: {
      grants: [{ items: { PK: 'A#*' }, tools: ['put_item'], write: { create_only: true } }],
    },
    confirming: {
      grants: [{ items: '*', tools: ALL_TOOLS }],
      confirm: { tools: ['put_item'], by: 'code' },
    },
    slow: {
      grants: [{ items: '*', tools: ALL_TOOLS }],
      limits: { concurrency: 1 },
    },
  });
  const items = Array.from({ length: 10 }, (_, n) => ({
    PK: n % 2 ? 'A#1' : 'B#1',
    SK: `${n}`,
    name: `n${n}`,
    secret: 's',
  }));
  await service.store(...items);
});

afterAll(() => service.close());

const as = (role: string) => ({ authorization: `Bearer ${keyOfRole(role)}` });
const linesOf = (PK: string, length: number) =>
  Array.from({ length }, (_, n) => ({ item: { PK, SK: String(n).padStart(3, '0') } }));

test('an export has what the role may see, no costs, and a sealed cursor', async () => {
  const { lines } = await exportFrom(service, { max_units_per_second: '2' }, as('reader'));

  const items = ofKind<{ SK: string }>('item', lines);
  expect(items.toSorted((a, b) => Number(a.SK) - Number(b.SK))).toEqual(
    [1, 3, 5, 7, 9].map((n) => ({ PK: 'A#1', SK: `${n}`, name: `n${n}` })),
  );
  const [page, ...others] = ofKind<{ cursor: string }>('page', lines);
  expect([page, ...others].flatMap((mark) => Object.keys(mark ?? {}))).not.toContain(
    'consumed_capacity',
  );
  expect(page?.cursor).toMatch(/^[\w-]{40,}$/);
  expect(lines.at(-1)).toEqual({ end: { items: 5, pages: 1 + others.length } });
  const { cursor = '' } = page ?? {};
  const rest = await exportFrom(service, { cursor }, as('reader'));
  const foreign = await exportFrom(service, { cursor }, as('writer'));
  expect(ofKind('item', rest.lines)).toHaveLength(3);
  expect([foreign.status, foreign.body.code]).toEqual([400, 'ValidationError']);
});

test('what a role may not read is no filter and no column', async () => {
  const filtered = await exportFrom(service, { filter: '{"secret":"s"}' }, as('reader'));
  const projected = await exportFrom(service, { projection: 'secret' }, as('reader'));
  const forbidden = await exportFrom(service, {}, as('creator'));

  expect([filtered, projected, forbidden].map(({ status }) => status)).toEqual([403, 403, 403]);
});

test('an export ends at the border of a page where the limit of its caller is reached', async () => {
  const { lines } = await exportFrom(service, { max_units_per_second: '1' }, as('limited'));

  expect(lines.at(-1)).toMatchObject({
    error: { code: 'RateLimited', retryable: true, cursor: expect.any(String) },
  });
});

test('each line is written if the role may write it', async () => {
  const body = [...linesOf('A#new', 30), ...linesOf('B#new', 3)];

  const { lines } = await importInto(service, body, {}, as('writer'));

  const failed = ofKind<{ line: number; code: string }>('failed', lines);
  expect(failed.map(({ line, code }) => [line, code]).toSorted()).toEqual(
    [31, 32, 33].map((line) => [line, 'Forbidden']),
  );
  expect(lines.at(-1)).toEqual({
    end: { lines: 33, written: 30, failed: 3, unknown: 0, durable_through_line: 33 },
  });
});

test('a role without batches writes one by one, and a role that only creates replaces nothing', async () => {
  const single = await importInto(service, linesOf('C#1', 30), {}, as('single'));
  const created = await importInto(service, linesOf('A#2', 3), {}, as('creator'));
  const again = await importInto(service, linesOf('A#2', 4), {}, as('creator'));

  expect(single.lines.at(-1)).toMatchObject({ end: { written: 30, failed: 0 } });
  expect(created.lines.at(-1)).toMatchObject({ end: { written: 3, failed: 0 } });
  expect(again.lines.at(-1)).toMatchObject({ end: { written: 1, failed: 3 } });
});

test('a role that must confirm writes does not import', async () => {
  const { status, body } = await importInto(service, linesOf('A#3', 1), {}, as('confirming'));

  expect([status, body.code]).toEqual([403, 'Forbidden']);
});

test('the limits of a caller slow an import down', async () => {
  const { lines } = await importInto(service, linesOf('D#1', 50), {}, as('slow'));

  expect(lines.at(-1)).toMatchObject({ end: { written: 50 } });
});

test('without a key there is neither, and a service that is read-only writes no line', async () => {
  const [exported, imported] = [await exportFrom(service), await importInto(service, [])];
  const readOnly = await startService({ environment: { READ_ONLY: 'true' } });
  const refused = await importInto(readOnly, linesOf('A', 2));
  await readOnly.close();

  expect([exported.status, imported.status]).toEqual([401, 401]);
  expect(ofKind('failed', refused.lines)).toMatchObject([
    { code: 'Forbidden' },
    { code: 'Forbidden' },
  ]);
  expect(refused.lines.at(-1)).toMatchObject({ end: { written: 0, failed: 2 } });
});
