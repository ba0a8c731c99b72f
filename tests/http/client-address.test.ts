import { connect } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createClientAddress } from '../../src/http/client-address.ts';
import { startService } from '../support/service.ts';

function addressOf(trusted: string[], remoteAddress: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  // As much of a request as is looked at.
  const request = { raw: { socket: { remoteAddress }, headers } } as unknown as FastifyRequest;
  return createClientAddress(trusted)(request);
}

const PROXIES = ['10.0.0.0/16', '192.0.2.7', 'fd00::/8'];

describe('the address of a caller', () => {
  test('is that of the socket without proxies, whatever the header says', () => {
    expect(addressOf([], '10.0.0.1', '203.0.113.9')).toBe('10.0.0.1');
    expect(addressOf([], '::ffff:10.0.0.1')).toBe('10.0.0.1');
  });

  test.each<[string, string | undefined, string]>([
    ['198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['10.0.1.1', undefined, '10.0.1.1'],
    ['10.0.1.1', '', '10.0.1.1'],
    ['10.0.1.1', '203.0.113.9', '203.0.113.9'],
    ['::ffff:10.0.1.1', '203.0.113.9', '203.0.113.9'],
    ['10.0.1.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['10.0.1.1', '1.1.1.1,203.0.113.9 , 10.0.2.2,192.0.2.7', '203.0.113.9'],
    ['10.0.1.1', '10.0.2.2, 10.0.3.3', '10.0.2.2'],
    ['10.0.1.1', '203.0.113.9, nonsense', '10.0.1.1'],
    ['10.0.1.1', '203.0.113.9, nonsense, 10.0.2.2', '10.0.2.2'],
    ['10.0.1.1', '203.0.113.9:4711', '203.0.113.9'],
    ['10.0.1.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.1.1', '2001:db8::1', '2001:db8::1'],
    ['fd00::1', '2001:db8::1', '2001:db8::1'],
    ['10.1.0.1', '203.0.113.9', '10.1.0.1'],
  ])('from %s with %j is %s', (socket, header, expected) => {
    expect(addressOf(PROXIES, socket, header)).toBe(expected);
  });
});

test('callers behind TRUSTED_PROXIES have a share each', async () => {
  const megabyte = 1_048_576;
  const service = await startService({
    environment: { TRUSTED_PROXIES: '127.0.0.1' },
    budgets: { bodies: 4 * megabyte, pages: megabyte, replies: megabyte },
  });
  const { hostname, port, host } = new URL(service.url);
  const head = [
    'POST /tools/put_item HTTP/1.1',
    `Host: ${host}`,
    'X-Forwarded-For: 192.0.2.1',
    'Content-Type: application/json',
    `Content-Length: ${3 * megabyte}`,
  ];
  const body = { item: { PK: 'A', SK: 'B', text: 'x'.repeat(0.25 * megabyte) } };
  const from = async (address: string) =>
    (await service.call('put_item', body, { headers: { 'x-forwarded-for': address } })).status;
  /** While somebody's upload has 3.2 MB of the 3.5 that one may have: their own call, and another's. */
  const attempt = async () => {
    const upload = connect(Number(port), hostname).on('error', () => {});
    const text = `${head.join('\r\n')}\r\n\r\n${' '.repeat(1.6 * megabyte)}`;
    await new Promise((resolve) => upload.write(text, resolve));
    // So long the service reads what was written.
    for (let turn = 0; turn < 50; turn++) await service.request('/health');
    const statuses = [await from('192.0.2.1'), await from('192.0.2.2')];
    upload.destroy();
    return statuses;
  };

  // Where the call comes first, it is the upload that is refused.
  await expect.poll(attempt, { timeout: 10_000 }).toEqual([503, 200]);
  await service.close();
});
