import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { type GuardedService, keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { startService, type TestService } from '../support/service.ts';

const MOST_OF_ONE = 8;
const ended: (() => void)[] = [];

afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** Watches a service, as the holder of a role's key where there is one. */
async function watch(url: string, role?: string) {
  const ending = new AbortController();
  ended.push(() => ending.abort());
  const headers: Record<string, string> = role
    ? { authorization: `Bearer ${keyOfRole(role)}` }
    : {};
  const reply = await fetch(`${url}/console/calls`, { headers, signal: ending.signal });
  const calls: JsonObject[] = [];
  const text: string[] = [];
  void (async () => {
    for await (const chunk of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text.push(chunk);
      const events = text.join('').split('\n\n');
      text.splice(0, text.length, events.pop() ?? '');
      calls.push(
        ...events
          .filter((event) => event.startsWith('data: '))
          .map((event) => JSON.parse(event.slice(6))),
      );
    }
  })().catch(() => {});
  return { status: reply.status, calls };
}

describe('without a policy', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });

  afterAll(() => service.close());

  test('a call is told of as it ends, and as it was asked for where that is short', async () => {
    const key = { PK: 'a', SK: 'b' };
    const watcher = await watch(service.url);

    await service.call('get_item', { key });
    await service.call('put_item', { item: { ...key, text: 'x'.repeat(5_000) } });
    await service.call('get_item', { key: 'none' });

    await expect.poll(() => watcher.calls.length).toBe(3);
    expect(watcher.calls).toEqual([
      expect.objectContaining({
        tool: 'get_item',
        status: 200,
        principal: 'anonymous',
        input: { key },
      }),
      expect.objectContaining({ tool: 'put_item', effect: 'destructive', capacity: 5 }),
      expect.objectContaining({ tool: 'get_item', status: 400, code: 'ValidationError' }),
    ]);
    expect(watcher.calls[1]).not.toHaveProperty('input');
  });

  test('who comes later is told of the last calls', async () => {
    const watcher = await watch(service.url);

    await expect.poll(() => watcher.calls.length).toBeGreaterThan(0);
  });

  test('one caller watches a few times at once, and as often again as it stops', async () => {
    const watchers = await Promise.all(
      Array.from({ length: MOST_OF_ONE + 1 }, () => watch(service.url)),
    );
    const statuses = watchers.map(({ status }) => status).toSorted();

    expect(statuses).toEqual([...Array.from({ length: MOST_OF_ONE }, () => 200), 503]);
    for (const end of ended.splice(0)) end();
    await expect.poll(async () => (await watch(service.url)).status).toBe(200);
  });
});

describe('with a policy', () => {
  let service: GuardedService;

  beforeAll(async () => {
    service = await startGuarded({
      reader: { grants: [{ items: { PK: 'OWN' }, tools: ['get_item', 'query'] }] },
      other: { grants: [{ items: { PK: 'OTHER' }, tools: ['get_item'] }] },
    });
    await service.store({ PK: 'OWN', SK: '1' }, { PK: 'OTHER', SK: 'SECRET' });
  });

  afterAll(() => service.close());

  test('a role sees its own calls, and who sees every item sees all; nobody sees inputs', async () => {
    const [reader, admin] = [await watch(service.url, 'reader'), await watch(service.url, 'admin')];

    await service.as('other', 'get_item', { key: { PK: 'OTHER', SK: 'SECRET' } });
    await service.as('reader', 'get_item', { key: { PK: 'OWN', SK: '1' } });
    await service.as('reader', 'get_item', { key: { PK: 'OTHER', SK: 'SECRET' } });

    const told = ({ calls }: typeof reader) =>
      calls.map(({ principal, tool, code }) => [principal, tool, code]);
    await expect
      .poll(() => told(reader))
      .toEqual([
        ['key:reader', 'get_item', undefined],
        ['key:reader', 'get_item', 'Forbidden'],
      ]);
    await expect.poll(() => told(admin).map(([who]) => who)).toContain('key:other');
    expect(JSON.stringify([reader.calls, admin.calls])).not.toMatch(/"input"|OWN/);
    expect(JSON.stringify(reader.calls)).not.toMatch(/SECRET|capacity/);
  });

  test('one caller that watches as often as it may keeps no other from it', async () => {
    const others = await Promise.all(
      Array.from({ length: MOST_OF_ONE + 1 }, () => watch(service.url, 'other')),
    );

    expect(others.map(({ status }) => status)).toContain(503);
    expect((await watch(service.url, 'reader')).status).toBe(200);
  });

  test('nobody watches without a key', async () => {
    expect((await watch(service.url)).status).toBe(401);
  });

  test('a session tells a role what is its own', async () => {
    const session = async (role: string) =>
      (
        await service.request('/console/session', {
          headers: { authorization: `Bearer ${keyOfRole(role)}` },
        })
      ).body;

    expect(await session('reader')).toMatchObject({
      principal: 'key:reader',
      role: 'reader',
      has_policy: true,
      sees_all: false,
      tools: [
        { name: 'get_item', effect: 'read', dry_run: true },
        { name: 'query', effect: 'read', dry_run: true },
      ],
    });
    expect(await session('admin')).toMatchObject({ sees_all: true });
    expect((await session('admin')).tools).toContainEqual({
      name: 'put_item',
      effect: 'destructive',
      dry_run: true,
    });
  });
});

test('there is no console where it is not wanted', async () => {
  const service = await startService({ environment: { CONSOLE: 'false' } });

  const pages = ['/console', '/console/session', '/console/calls', '/docs'];
  const statuses = await Promise.all(
    pages.map(async (page) => (await service.request(page)).status),
  );

  expect(statuses).toEqual([404, 404, 404, 404]);
  await service.close();
});

test('where a policy only observes, a role sees every item whole', async () => {
  const service = await startGuarded(
    { reader: { grants: [{ items: { PK: 'OWN' }, tools: ['get_item'] }] } },
    { policy: { mode: 'observe' } },
  );

  const { body } = await service.request('/console/session', {
    headers: { authorization: `Bearer ${keyOfRole('reader')}` },
  });
  await service.close();

  expect(body.sees_all).toBe(true);
});
