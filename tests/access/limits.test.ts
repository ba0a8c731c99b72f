import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCallLimits } from '../../src/access/limits.ts';
import type { Limits } from '../../src/access/policy/limits.ts';
import { type GuardedService, startGuarded } from '../support/guarded-service.ts';

const NONE: Limits = {
  requests: undefined,
  readUnits: undefined,
  writeUnits: undefined,
  itemsWritten: undefined,
  concurrency: undefined,
  replicas: 1,
};
const NOTHING = { readUnits: 0, writeUnits: 0, itemsWritten: 0 };

function clocked() {
  const clock = { now: 0 };
  return { clock, limits: createCallLimits(() => clock.now) };
}

describe('limits', () => {
  test('never let in more requests than a burst and what the time allows', () => {
    const rate = fc.record({
      count: fc.integer({ min: 1, max: 500 }),
      seconds: fc.constantFrom(1, 60, 3600),
    });
    const waits = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(rate, waits, fc.integer({ min: 1, max: 4 }), (requests, pauses, replicas) => {
        const { clock, limits } = clocked();
        const perMs = requests.count / replicas / (requests.seconds * 1_000);
        const burst = Math.max(perMs * 1_000, requests.count / replicas / 10, 1);
        let admitted = 0;
        for (const pause of pauses) {
          clock.now += pause;
          try {
            limits.admit('ada', { ...NONE, requests, replicas }).end(NOTHING);
            admitted++;
          } catch {}
          expect(admitted).toBeLessThanOrEqual(burst + clock.now * perMs + 1e-6);
        }
      }),
    );
  });

  test('admit as many as the rate gives, one after the other', () => {
    const { clock, limits } = clocked();
    for (let at = 0; at < 100; at++) {
      limits.admit('ada', { ...NONE, requests: { count: 60, seconds: 60 } }).end(NOTHING);
      clock.now += 1_000;
    }
  });

  test('refuse at once while capacity is owed, and nobody else', () => {
    const { clock, limits } = clocked();
    const rule = { ...NONE, readUnits: { count: 600, seconds: 60 } };
    const first = limits.admit('ada', rule);
    expect(first.mayGoOn({ ...NOTHING, readUnits: 60 })).toBe(true);
    expect(first.mayGoOn({ ...NOTHING, readUnits: 61 })).toBe(false);
    first.end({ ...NOTHING, readUnits: 120 });

    expect(() => limits.admit('ada', rule)).toThrow(
      'Your limit of read capacity is reached; try again in 6 s.',
    );
    expect(() => limits.admit('bob', rule)).not.toThrow();
    clock.now += 6_001;
    expect(() => limits.admit('ada', rule)).not.toThrow();
  });

  test('count calls at once until they end', () => {
    const { limits } = clocked();
    const rule = { ...NONE, concurrency: 2 };
    const [one] = [limits.admit('ada', rule), limits.admit('ada', rule)];

    expect(() => limits.admit('ada', rule)).toThrow('Your limit of calls at once is reached');
    one?.end(NOTHING);
    expect(() => limits.admit('ada', rule)).not.toThrow();
  });
});

describe('over HTTP', () => {
  let service: GuardedService;
  const grants = [
    { items: { PK: 'LIMITED' }, tools: ['query', 'get_item', 'put_item', 'batch_write_item'] },
  ];

  beforeAll(async () => {
    service = await startGuarded({
      few: { grants, limits: { requests: '2/min' } },
      slow: { grants, limits: { read_units: '60/min' } },
      writer: { grants, limits: { items_written: '30/min' } },
    });
    const text = 'x'.repeat(100_000);
    const items = Array.from({ length: 60 }, (_, at) => ({
      PK: 'LIMITED',
      SK: `${at + 100}`,
      text,
    }));
    await service.store(...items);
  });
  afterAll(() => service.close());

  test('requests past a limit are 429, and say when there are more', async () => {
    const key = { PK: 'LIMITED', SK: '100' };
    const first = await service.as('few', 'get_item', { key });
    const second = await service.as('few', 'get_item', { key });

    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
    expect(second.status).toBe(429);
    expect(second.body).toMatchObject({ code: 'RateLimited', retryable: true });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(second.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
    expect((await service.as('admin', 'get_item', { key })).status).toBe(200);
  });

  test('a walk ends at a page border with its cursor, and the next call is refused at once', async () => {
    const walk = await service.as('slow', 'query', { key: { PK: 'LIMITED' }, max_items: 60 });
    const next = await service.as('slow', 'query', { key: { PK: 'LIMITED' } });

    expect(walk.status).toBe(200);
    expect(walk.body.count).toBeLessThan(60);
    expect(walk.body.last_evaluated_key).toBeTypeOf('string');
    expect(next.body).toMatchObject({ code: 'RateLimited' });
  });

  test('written items count', async () => {
    const put = Array.from({ length: 20 }, (_, at) => ({ PK: 'LIMITED', SK: `w${at}` }));

    expect((await service.as('writer', 'batch_write_item', { put })).status).toBe(200);
    expect((await service.as('writer', 'batch_write_item', { put })).body).toMatchObject({
      code: 'RateLimited',
    });
  });
});
