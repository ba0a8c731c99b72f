import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createClientAddress } from '../../src/http/client-address.ts';

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
