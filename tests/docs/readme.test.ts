import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT } from '../../src/config.ts';
import { ERRORS } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { SAMPLE_ITEMS } from '../../src/local/sample-items.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { startService, type TestService } from '../support/service.ts';

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');
const README = read('README.md');

const CURL =
  /```sh\ncurl -s -X POST localhost:8002(?<route>\/\S+)(?<rest>[^`]*)```(?:\n\n```json\n(?<reply>.*)\n```)?/g;

/** The README's curl calls in their order, with the replies that stand below them. */
const examples = [...README.matchAll(CURL)].map(({ groups = {} }) => ({
  route: groups.route ?? '',
  body: /-d '(?<body>[^']*)'/.exec(groups.rest ?? '')?.groups?.body,
  json: groups.rest?.includes("-H 'content-type: application/json'"),
  reply: groups.reply,
}));

describe('every curl example answers as documented', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    await service.call('batch_write_item', { put: SAMPLE_ITEMS });
  });

  afterAll(() => service.close());

  test('there is one for each tool', () => {
    const shown = new Set(examples.map(({ route }) => route));

    expect(shown).toEqual(new Set(TOOLS.map(({ name }) => `/tools/${name}`)));
  });

  test.each(examples)('$route $body', async ({ route, body, json, reply }) => {
    const answered = await service.request(route, {
      method: 'POST',
      ...(body !== undefined && { body }),
      headers: json ? { 'content-type': 'application/json' } : {},
    });

    const { request_id, table, size_bytes, item_count, ...rest } = answered.body;
    if (reply === undefined) return expect(rest).toMatchObject({ success: true });
    const documented = JSON.parse(reply) as JsonObject;
    for (const name of ['request_id', 'table', 'size_bytes', 'item_count']) delete documented[name];
    expect(rest).toEqual(documented);
  });
});

describe('settings', () => {
  const settings = Object.entries(ENVIRONMENT.shape);
  const table = new Map(
    [...README.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$/gm)].map((row) => [
      row[1],
      row,
    ]),
  );
  const entries = new Map(
    [...read('.env.example').matchAll(/^# (.*)\n([A-Z_]+)=(.*)$/gm)].map((entry) => [
      entry[2],
      entry,
    ]),
  );

  test('stand in the schema, the README and .env.example alike', () => {
    const names = settings.map(([name]) => name);

    expect([...table.keys()]).toEqual(names);
    expect([...entries.keys()]).toEqual(names);
  });

  test.each(settings)('%s', (name, schema) => {
    const [, , shown = '', text] = table.get(name) ?? [];
    const [, comment, , value = ''] = entries.get(name) ?? [];

    expect(text).toBe(schema.description);
    expect(comment).toBe(schema.description);
    expect(value).toBe(shown);
    const given = schema.safeParse(value === '' ? undefined : value);
    expect(given.data).toEqual(schema.safeParse(undefined).data);
  });
});

test('the README lists every error code with its status', () => {
  const listed = [...README.matchAll(/^\| (\d{3}) \| `(\w+)` \| (yes|no) \|/gm)].map(
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
