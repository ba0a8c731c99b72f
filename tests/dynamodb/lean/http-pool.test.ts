import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Cancellation } from '../../../src/dynamodb/cancellation.ts';
import { HttpPool } from '../../../src/dynamodb/lean/http-pool.ts';
import { CERTIFICATE, startTlsRelay, type TlsRelay } from '../../support/tls-relay.ts';

const defaults = getCACertificates('default');
let tls: TlsRelay;

beforeAll(async () => {
  tls = await startTlsRelay(inject('engine').endpoint);
});

afterAll(async () => {
  setDefaultCACertificates(defaults);
  await tls.close();
});

/** Posts to the engine behind TLS, by a name for it. */
async function post(host: string) {
  const pool = new HttpPool(`https://${host}:${tls.port}`, {
    connectTimeoutMs: 1_000,
    maxSockets: 1,
    proxyEnvironment: undefined,
  });
  const headers = ['host', host, 'content-length', '2'];
  try {
    return await pool.post(headers, Buffer.from('{}'), new Cancellation());
  } finally {
    await pool.close();
  }
}

test('a certificate that nobody vouches for is refused before anything is sent', async () => {
  await expect(post('localhost')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(tls.accepted).toBe(0);
});

test('a certificate that is trusted must bear the name', async () => {
  setDefaultCACertificates([readFileSync(CERTIFICATE, 'utf8')]);

  await expect(post('127.0.0.1')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(tls.accepted).toBe(0);
  expect(await post('localhost')).toMatchObject({ status: expect.any(Number) });
  expect(tls.accepted).toBe(1);
});
