import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineServes } from '../support/engine-has.ts';
import { expectFailure } from '../support/failures.ts';
import { newTable, startService, type TestService } from '../support/service.ts';

const KEYS = { alice: 'alice-s_secret.key~1', 'ci.bot@example': 'c'.repeat(43) };
const UNKNOWN = 'The API key is not known.';
const MISSING = 'Send an API key as "Authorization: Bearer <key>".';

function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const apiKeys = Object.entries(KEYS).map(([name, key]) => `${name}:${sha256(key)}`);

let table: string;
let service: TestService;

beforeAll(async () => {
  table = await newTable();
  service = await startService({
    table,
    environment: { API_KEYS: apiKeys.join(' , '), LOG_LEVEL: 'TRACE' },
  });
});

afterAll(() => service.close());

function describeTable(headers: Record<string, string>) {
  return service.call('describe_table', {}, { headers });
}

describe('API keys', () => {
  test.each(Object.entries(KEYS))('the key of %s opens, in its name', async (name, key) => {
    const reply = await describeTable({
      authorization: `Bearer ${key}`,
      'x-request-id': key.slice(-1),
    });

    const line = service.logs.find(
      (entry) => entry.request_id === key.slice(-1) && entry.status === 200,
    );
    expect([reply.status, reply.body.success]).toEqual([200, true]);
    expect(line?.principal).toBe(name);
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])('the scheme may be written %j', async (scheme) => {
    const reply = await describeTable({ authorization: `${scheme} ${KEYS.alice}` });

    expect(reply.status).toBe(200);
  });

  test.each([
    ['no header', {}, MISSING],
    ['an empty header', { authorization: '' }, MISSING],
    ['no scheme', { authorization: KEYS.alice }, MISSING],
    ['another scheme', { authorization: `Basic ${KEYS.alice}` }, MISSING],
    ['no key', { authorization: 'Bearer ' }, MISSING],
    ['two words', { authorization: `Bearer ${KEYS.alice} ${KEYS.alice}` }, MISSING],
    ['another header', { 'x-api-key': KEYS.alice }, MISSING],
    ['a wrong key', { authorization: 'Bearer wrong' }, UNKNOWN],
    ['half a key', { authorization: `Bearer ${KEYS.alice.slice(0, -1)}` }, UNKNOWN],
    ['the hash of a key', { authorization: `Bearer ${sha256(KEYS.alice)}` }, UNKNOWN],
    ['an entry of API_KEYS', { authorization: `Bearer ${apiKeys[0]}` }, UNKNOWN],
    ['the name of a key', { authorization: 'Bearer alice' }, UNKNOWN],
  ] as [string, Record<string, string>, string][])('%s is 401', async (_case, headers, error) => {
    const reply = await describeTable(headers);

    expectFailure(reply, 'Unauthenticated', error);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each([
    ['POST', '/tools/put_item'],
    ['GET', '/tools/put_item'],
    ['GET', '/'],
    ['GET', '/openapi.json'],
    ['HEAD', '/openapi.json'],
    ['GET', '/nope'],
    ['POST', '/health'],
    ['GET', '/health/more'],
    ['GET', '//health'],
  ])('%s %s wants a key', async (method, path) => {
    const locked = await service.request(path, { method });

    expect(locked.status).toBe(401);
    expect(locked.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each(['/health', '/health/started', '/ready', '/health?probe=1'])(
    '%s is open',
    async (path) => {
      expect((await service.request(path)).status).toBe(200);
      expect((await service.request(path, { headers: { authorization: 'x' } })).status).toBe(200);
    },
  );

  test('a wrong key is refused before the body is looked at', async () => {
    const reply = await service.request('/tools/put_item', { method: 'POST', body: '{' });

    expectFailure(reply, 'Unauthenticated', MISSING);
  });

  test('without keys everybody is welcome', async () => {
    const open = await startService({ table });

    const reply = await open.call('describe_table', {}, { headers: { authorization: 'Basic x' } });
    await open.close();

    expect(reply.status).toBe(200);
  });

  test('keys, hashes and headers are never logged', async () => {
    const text = JSON.stringify(service.logs);

    expect(service.logs.length).toBeGreaterThan(20);
    for (const [name, key] of Object.entries(KEYS)) {
      expect(text).toContain(name);
      expect(text).not.toContain(key);
      expect(text).not.toContain(sha256(key));
    }
    expect(text).not.toMatch(/bearer|authorization/i);
  });
});

describe('READ_ONLY', () => {
  let readOnly: TestService;

  beforeAll(async () => {
    readOnly = await startService({ environment: { READ_ONLY: 'true' } });
  });

  afterAll(() => readOnly.close());

  const writing = TOOLS.filter(({ effect }) => effect !== 'read').map(({ name }) => name);

  test('the tools that write are these', () => {
    expect(writing.toSorted()).toEqual([
      'batch_write_item',
      'delete_item',
      'put_item',
      'transact_write_items',
      'update_item',
    ]);
  });

  // The table has no vector index.
  const usable = TOOLS.filter(
    ({ name, needsVectorIndex }) => !needsVectorIndex && engineServes(name),
  );

  test.each(usable.map(({ name, effect, examples }) => ({ name, effect, examples })))(
    '$name, which is $effect, is allowed only if it reads',
    async ({ name, effect, examples: [{ request }] }) => {
      const reply = await readOnly.call(name, request);

      if (effect === 'read') expect([reply.status, reply.body.success]).toEqual([200, true]);
      else expectFailure(reply, 'Forbidden', `This service is read-only; ${name} writes.`);
    },
  );

  test.each(writing)('%s tells nothing about its request', async (tool) => {
    const reply = await readOnly.call(tool, { nonsense: 1 });

    expect(reply.body.code).toBe('Forbidden');
    expect(reply.headers.has('x-attempts')).toBe(false);
  });

  test('nothing was written', async () => {
    expect((await readOnly.call('scan')).body.items).toEqual([]);
  });
});
