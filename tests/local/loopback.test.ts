import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freeAddress } from '../../src/local/loopback.ts';

test('every address is another one of this machine, and free', async () => {
  const addresses = await Promise.all(Array.from({ length: 20 }, freeAddress));

  expect(new Set(addresses.map(({ port }) => port)).size).toBeGreaterThan(15);
  for (const { host, port } of addresses) {
    expect(host).toMatch(/^127(?:\.\d{1,3}){3}$/);
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    server.close();
  }
});

test.runIf(process.platform === 'linux')('the hosts differ as well', async () => {
  const addresses = await Promise.all(Array.from({ length: 20 }, freeAddress));

  expect(new Set(addresses.map(({ host }) => host)).size).toBeGreaterThan(15);
});
