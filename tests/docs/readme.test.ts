import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT } from '../../src/config.ts';
import { ERRORS } from '../../src/errors.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineHas, engineServes } from '../support/engine-has.ts';
import { CALLS, lasting, type ReadmeCall, TOOLS_PAGE } from '../support/readme-calls.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');

/** Whether the engine of the tests can answer as the one of `npm run dev` does where it is best. */
function isServed({ route, body = '' }: ReadmeCall): boolean {
  if (route === '/tools/describe_table') return engineHas('vector search');
  if (body.includes('"idempotency_key"')) return engineHas('transactions');
  return engineServes(route.replace('/tools/', ''));
}

describe('every curl example answers as documented', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ table: await newSampleTable() });
  });

  afterAll(() => service.close());

  test('there is one for each tool', () => {
    const shown = new Set(CALLS.map(({ route }) => route));

    expect(shown).toEqual(new Set(TOOLS.map(({ name }) => `/tools/${name}`)));
  });

  test.each(CALLS.filter(isServed))('$route $body', async ({ route, body, headers, reply }) => {
    const init = { method: 'POST', headers, ...(body !== undefined && { body }) };

    const answered = await service.request(route, init);

    if (reply) expect(lasting(answered.body)).toEqual(reply);
    else expect(answered.body).toMatchObject({ success: true });
  });

  test('item_count is what the examples leave in the table', async () => {
    const { body } = await service.call('scan', { select: 'COUNT' });

    expect(TOOLS_PAGE).toContain(`"item_count":${body.count},`);
  });
});

/** Settings whose default depends on how the service runs, so that a copy must not fix them. */
const LEFT_EMPTY = new Set(['HOST']);

describe('settings', () => {
  const settings = Object.entries(ENVIRONMENT.shape);
  const table = new Map(
    [
      ...read('docs/operations.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$/gm),
    ].map((row) => [row[1], row]),
  );
  const entries = new Map(
    [...read('.env.example').matchAll(/^# (.*)\n([A-Z_]+)=(.*)$/gm)].map((entry) => [
      entry[2],
      entry,
    ]),
  );

  test('stand in the schema, docs/operations.md and .env.example alike', () => {
    const names = settings.map(([name]) => name);

    expect([...table.keys()]).toEqual(names);
    expect([...entries.keys()]).toEqual(names);
  });

  test.each(settings)('%s', (name, schema) => {
    const [, , shown = '', text] = table.get(name) ?? [];
    const [, comment, , value = ''] = entries.get(name) ?? [];

    expect(text).toBe(schema.description);
    expect(comment).toBe(schema.description);
    expect(value).toBe(LEFT_EMPTY.has(name) ? '' : shown);
    const given = schema.safeParse(value === '' ? undefined : value);
    expect(given.data).toEqual(schema.safeParse(undefined).data);
  });
});

test('the docs list every error code with its status', () => {
  const listed = [...TOOLS_PAGE.matchAll(/^\| (\d{3}) \| `(\w+)` \| (yes|no) \|/gm)].map(
    ([, status, code, retryable]) => [
      code,
      { status: Number(status), retryable: retryable === 'yes' },
    ],
  );

  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(
      Object.entries(ERRORS).map(([code, { status, retryable }]) => [code, { status, retryable }]),
    ),
  );
});
