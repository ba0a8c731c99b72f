import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { Cancellation } from '../../../src/dynamodb/calls/cancellation.ts';
import { HttpPool } from '../../../src/dynamodb/lean/http-pool.ts';
import { listen } from '../../support/listen.ts';
import { CERTIFICATE, startTlsRelay, type TlsRelay } from '../../support/tls-relay.ts';

const REQUEST = 'POST / HTTP/1.1\r\nhost: db\r\ncontent-length: 2\r\n\r\n{}';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]';
const CONNECT_TIMEOUT_MS = 300;

/** What the server does with a request on a connection, which is counted from 1. */
type Script = (socket: Socket, connection: number) => void;

let server: Server;
let port: number;
let script: Script;
let sockets: Socket[];
let received: string;
let pool: HttpPool;

/** A pool for the server of scripts. */
function poolFor(protocol: 'http' | 'https'): HttpPool {
  const endpoint = new URL(`${protocol}://127.0.0.1:${port}`);
  return new HttpPool(endpoint, { connectTimeoutMs: CONNECT_TIMEOUT_MS });
}

beforeEach(async () => {
  sockets = [];
  received = '';
  script = (socket) => socket.write(ANSWER);
  server = createServer((socket) => {
    sockets.push(socket);
    const connection = sockets.length;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received += data;
      script(socket, connection);
    });
  });
  port = await listen(server);
  pool = poolFor('http');
});

afterEach(() => {
  pool.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function post(signal = new Cancellation()): Promise<string> {
  const { body } = await pool.post(
    ['host', 'db', 'content-length', '2'],
    Buffer.from('{}'),
    signal,
  );
  return body.toString();
}

async function untilClosed(socket: Socket | undefined): Promise<void> {
  await expect.poll(() => socket?.closed).toBe(true);
}

test('a request is sent as it is, and its connection used again', async () => {
  expect([await post(), await post()]).toEqual(['[]', '[]']);
  expect(received).toBe(REQUEST + REQUEST);
  expect(sockets).toHaveLength(1);
});

test('exchanges at the same time have connections of their own', async () => {
  expect(await Promise.all([post(), post(), post()])).toEqual(['[]', '[]', '[]']);
  expect(sockets).toHaveLength(3);
  expect(await Promise.all([post(), post()])).toEqual(['[]', '[]']);
  expect(received).toBe(REQUEST.repeat(5));
  expect(sockets).toHaveLength(3);
});

describe('a connection is not used again', () => {
  test.each<[string, Script]>([
    [
      'after "Connection: close"',
      (socket) => socket.write(ANSWER.replace('\r\n', '\r\nConnection: close\r\n')),
    ],
    ['after an answer that ends with it', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n[]')],
    ['that the server closes', (socket) => socket.end(ANSWER)],
    [
      'on which more comes than was asked for',
      (socket) => socket.write(ANSWER, () => setTimeout(() => socket.write(ANSWER), 20)),
    ],
    [
      'that the server says it keeps for a second',
      (socket) => socket.write(ANSWER.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')),
    ],
  ])('%s', async (_what, first) => {
    script = (socket, connection) => (connection === 1 ? first(socket, 1) : socket.write(ANSWER));

    expect(await post()).toBe('[]');
    await untilClosed(sockets[0]);
    expect(await post()).toBe('[]');
    expect(sockets).toHaveLength(2);
  });
});

describe('an exchange without an answer', () => {
  test.each<[string, Script, object]>([
    ['whose connection ends', (socket) => socket.end(), { code: 'ECONNRESET' }],
    ['whose connection is reset', (socket) => socket.resetAndDestroy(), { code: 'ECONNRESET' }],
    ['whose answer is cut', (socket) => socket.end(ANSWER.slice(0, -1)), { code: 'ECONNRESET' }],
    ['whose answer is no HTTP', (socket) => socket.write('nonsense\r\n\r\n'), { code: 'EPROTO' }],
    ['whose answer is too long', (socket) => socket.write(`${ANSWER}[]`), { code: 'EPROTO' }],
  ])('%s fails as one that was sent', async (_what, failing, failure) => {
    script = failing;

    const error: unknown = await post().catch((reason: unknown) => reason);

    expect(error).toMatchObject(failure);
    expect(error).not.toMatchObject({ syscall: 'connect' });
    await untilClosed(sockets[0]);
    script = (socket) => socket.write(ANSWER);
    expect(await post()).toBe('[]');
  });

  test('is ended by its signal, while the answer arrives', async () => {
    const signal = new Cancellation();
    script = (socket) => socket.write(ANSWER.slice(0, -1), () => signal.abort());

    await expect(post(signal)).rejects.toMatchObject({ name: 'AbortError' });
    await untilClosed(sockets[0]);
    script = (socket) => socket.write(ANSWER);
    expect(await post()).toBe('[]');
  });

  test('is not begun when its signal was given before', async () => {
    const signal = new Cancellation();
    signal.abort();

    await expect(post(signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(received).toBe('');
  });

  test('is not sent when its signal is given in the same turn', async () => {
    await post();
    const signal = new Cancellation();
    const second = post(signal);
    signal.abort();

    await expect(second).rejects.toMatchObject({ name: 'AbortError', syscall: 'connect' });
    await untilClosed(sockets[0]);
    expect(received).toBe(REQUEST);
  });
});

test('a connection that is not made in time was never made', async () => {
  pool = poolFor('https');
  script = () => {};

  await expect(post()).rejects.toMatchObject({ name: 'TimeoutError', syscall: 'connect' });
});

test('a pool that closes lets go of idle connections, and of busy ones after their answer', async () => {
  await Promise.all([post(), post()]);
  let answer = () => {};
  script = (socket) => {
    answer = () => socket.write(ANSWER);
  };
  const busy = post();
  await expect.poll(() => received.length).toBe(3 * REQUEST.length);
  pool.close();
  await expect.poll(() => sockets.filter(({ closed }) => closed)).toHaveLength(1);
  answer();

  expect(await busy).toBe('[]');
  await Promise.all(sockets.map(untilClosed));
});

describe('TLS', () => {
  const defaults = getCACertificates('default');
  let tls: TlsRelay;

  beforeEach(async () => {
    tls = await startTlsRelay(inject('engine').endpoint);
  });

  afterEach(async () => {
    setDefaultCACertificates(defaults);
    await tls.close();
  });

  async function postTo(host: string): Promise<string> {
    pool = new HttpPool(new URL(`https://${host}:${tls.port}`), { connectTimeoutMs: 5_000 });
    return post();
  }

  test('a certificate that nobody vouches for is refused before anything is sent', async () => {
    await expect(postTo('localhost')).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      syscall: 'connect',
    });
    expect(tls.accepted).toBe(0);
  });

  test('a certificate that is trusted must bear the name', async () => {
    setDefaultCACertificates([readFileSync(CERTIFICATE, 'utf8')]);

    await expect(postTo('127.0.0.1')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      syscall: 'connect',
    });
    expect(tls.accepted).toBe(0);
    expect(await postTo('localhost')).toEqual(expect.any(String));
    expect(tls.accepted).toBe(1);
  });
});
