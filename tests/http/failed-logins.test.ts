import { describe, expect, test } from 'vitest';
import { createFailedLogins } from '../../src/http/failed-logins.ts';

function start() {
  const clock = { ms: 1_000_000 };
  const logins = createFailedLogins(() => clock.ms);
  /** How many more an address may have, up to 200. */
  const left = (address: string): number => {
    for (let count = 0; count < 200; count++) {
      try {
        logins.note(address);
      } catch {
        return count;
      }
    }
    return 200;
  };
  return { clock, logins, left };
}

describe('wrong credentials', () => {
  test('may come a hundred times, then ten times a minute', () => {
    const { clock, left } = start();

    expect(left('192.0.2.1')).toBe(100);
    expect(left('192.0.2.1')).toBe(0);
    clock.ms += 60_000;
    expect(left('192.0.2.1')).toBe(10);
    clock.ms += 3_600_000;
    expect(left('192.0.2.1')).toBe(100);
  });

  test('are refused with the time to wait', () => {
    const { clock, logins, left } = start();
    left('192.0.2.1');
    clock.ms += 3_500;

    expect(() => logins.note('192.0.2.1')).toThrow(
      expect.objectContaining({ code: 'RateLimited', status: 429, retryAfterSeconds: 3 }),
    );
  });

  test.each([
    ['192.0.2.1', '192.0.2.2', false],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', true],
    ['2001:db8:1:2::1', '2001:0db8:1:0002:3:4:5:6', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:8::', true],
    ['::1', '::2', true],
    ['2001:db8::5:6:7:8', '2001:db8:0:0:1::', true],
  ])('of %s and %s are counted together: %j', (one, other, together) => {
    const { left } = start();

    left(one);

    expect(left(other)).toBe(together ? 0 : 100);
  });

  test('are remembered of ten thousand addresses', () => {
    const { logins, left } = start();
    left('192.0.2.1');

    for (let at = 0; at < 9_999; at++) logins.note(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    expect(left('192.0.2.1')).toBe(0);
    logins.note('198.51.100.1');
    expect(left('192.0.2.1')).toBe(100);
  });
});
