import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../src/json/parse.ts';
import { type ForwardProxy, startForwardProxy } from './support/forward-proxy.ts';
import { newTable } from './support/service.ts';
import { killProcesses, startProcess } from './support/service-process.ts';
import { CERTIFICATE, startTlsRelay, type TlsRelay } from './support/tls-relay.ts';

const KEY = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };
const PUT = ['put_item', { item: KEY }] as const;
const TRUSTED = { NODE_EXTRA_CA_CERTS: CERTIFICATE };

let table: string;
let tls: TlsRelay;
let proxy: ForwardProxy;

beforeAll(async () => {
  table = await newTable();
  tls = await startTlsRelay(inject('engine').endpoint);
});

beforeEach(async () => {
  proxy = await startForwardProxy(new URL(inject('engine').endpoint).hostname);
});

afterEach(async () => {
  await killProcesses();
  await proxy.close();
  tls.accepted = 0;
});

afterAll(() => tls.close());

/** Starts a service with these variables; returns how to call it. */
async function startOver(transport: string, environment: Record<string, string>) {
  const service = startProcess([], {
    environment: {
      AWS_ACCESS_KEY_ID: 'dummy',
      AWS_SECRET_ACCESS_KEY: 'dummy',
      DYNAMODB_TABLE_NAME: table,
      DYNAMODB_TRANSPORT: transport,
      MAX_ATTEMPTS: '1',
      ...environment,
    },
  });
  const url = await service.url();
  return async (tool: string, request: object) => {
    const response = await fetch(`${url}/tools/${tool}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
}

/** The engine by a name that only the proxy knows. */
function plain() {
  const { port } = new URL(inject('engine').endpoint);
  return { HTTP_PROXY: proxy.url, DYNAMODB_ENDPOINT_URL: `http://dynamodb.invalid:${port}` };
}

/** The engine behind TLS, with a proxy for that. */
function secure() {
  return {
    ...TRUSTED,
    HTTPS_PROXY: proxy.url,
    DYNAMODB_ENDPOINT_URL: `https://localhost:${tls.port}`,
  };
}

test('a write whose connection is not made by its deadline was not sent', async () => {
  const relay = await startTlsRelay(inject('engine').endpoint);
  const call = await startOver('lean', {
    ...TRUSTED,
    DYNAMODB_ENDPOINT_URL: `https://localhost:${relay.port}`,
    CONNECT_TIMEOUT_MS: '10000',
    REQUEST_DEADLINE_MS: '1000',
  });
  await call(...PUT);
  await relay.fallSilent();

  const update = await call('update_item', { key: KEY, updates: { status: 'Open' } });
  await relay.close();

  expect(update).toMatchObject({ status: 504, body: { code: 'DeadlineExceeded' } });
});

describe.each(['lean', 'sdk'])('%s', (transport) => {
  const start = (environment: Record<string, string>) => startOver(transport, environment);

  describe('TLS', () => {
    test('a certificate that is trusted and bears the name is accepted', async () => {
      const call = await start({
        ...TRUSTED,
        DYNAMODB_ENDPOINT_URL: `https://localhost:${tls.port}`,
      });

      const put = await call(...PUT);

      expect(put).toMatchObject({ status: 200, body: { success: true } });
      expect(tls.accepted).toBeGreaterThan(0);
    });

    test.each([
      ['nobody vouches for', 'localhost', {}],
      ['bears another name', '127.0.0.1', TRUSTED],
    ])('a certificate that %s is refused before anything is sent', async (_what, host, trust) => {
      const call = await start({
        ...trust,
        DYNAMODB_ENDPOINT_URL: `https://${host}:${tls.port}`,
      });

      const put = await call(...PUT);

      expect(put).toMatchObject({ status: 503, body: { code: 'StorageUnavailable' } });
      expect(tls.accepted).toBe(0);
    });
  });

  describe('the proxies of the environment', () => {
    test('lead to an http endpoint when Node is told to use them', async () => {
      const call = await start({ ...plain(), NODE_USE_ENV_PROXY: '1' });

      expect(await call(...PUT)).toMatchObject({ status: 200 });
      expect(proxy.asked.at(-1)).toMatch(/\.PutItem http:\/\/dynamodb\.invalid:\d+\/$/);
    });

    test('are not asked when Node is not told to', async () => {
      const call = await start(plain());

      expect(await call(...PUT)).toMatchObject({ status: 503 });
      expect(proxy.asked).toEqual([]);
    });

    test('tunnel to an https endpoint, whose certificate is verified', async () => {
      const call = await start({ ...secure(), NODE_USE_ENV_PROXY: '1' });

      expect(await call(...PUT)).toMatchObject({ status: 200 });
      expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT localhost:${tls.port}`]));
    });

    test('are left out for the hosts of NO_PROXY', async () => {
      const call = await start({ ...secure(), NODE_USE_ENV_PROXY: '1', NO_PROXY: 'localhost' });

      expect(await call(...PUT)).toMatchObject({ status: 200 });
      expect(proxy.asked).toEqual([]);
    });

    test('leave no write unknown that they refuse', async () => {
      const call = await start({ ...secure(), NODE_USE_ENV_PROXY: '1' });
      await call('describe_table', {});
      proxy.refuse();

      // There are fewer tunnels than puts.
      const puts = await Promise.all(Array.from({ length: 64 }, () => call(...PUT)));

      const refused = puts.filter(({ status }) => status !== 200);
      expect(new Set(refused.map(({ body }) => body.code))).toEqual(
        new Set(['StorageUnavailable']),
      );
    });
  });
});
