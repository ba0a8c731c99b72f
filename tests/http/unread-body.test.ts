import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunked, sendRaw } from '../support/raw-http.ts';
import { startService, type TestService } from '../support/service.ts';

const MEGABYTE = 1_048_576;
/** Long before anything is cut off. */
const SOON_MS = 3_000;

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.close());

function head(...more: string[]): string {
  const lines = ['Host: x', 'Content-Type: application/json', ...more];
  return `POST /tools/get_item HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function open(): { socket: Socket; received: () => string } {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (data) => {
    text += data;
  });
  return { socket, received: () => text };
}

test('a body that is too long as declared is refused before it comes', async () => {
  const { socket, received } = open();

  socket.write(head(`Content-Length: ${1_000 * MEGABYTE}`));
  await expect.poll(received, { timeout: SOON_MS }).toContain('"code":"TooLarge"');

  expect(received()).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test('who asks before sending too much is told no', async () => {
  const { socket, received } = open();

  socket.write(head(`Content-Length: ${1_000 * MEGABYTE}`, 'Expect: 100-continue'));
  await once(socket, 'end');

  expect(received()).toMatch(/^HTTP\/1\.1 413 /);
  expect(received()).toMatch(/^connection: close\r$/im);
  socket.destroy();
});

test('who asks before sending what is taken is told yes', async () => {
  const { socket, received } = open();
  const body = '{"key":{"PK":"UNREAD","SK":"A"}}';

  socket.write(head(`Content-Length: ${body.length}`, 'Expect: 100-continue'));
  await expect.poll(received).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write(body);
  await expect.poll(received).toContain('{"success":true,"item":null}');

  expect(received()).toContain('HTTP/1.1 200 OK');
  socket.destroy();
});

test.each([
  ['of a declared length', [`Content-Length: ${20 * MEGABYTE}`], [' '.repeat(20 * MEGABYTE)]],
  ['in chunks', ['Transfer-Encoding: chunked'], [...chunked(20 * MEGABYTE)]],
])('a body %s is taken to its end, also where the connection ends', async (_how, lines, body) => {
  for (const connection of ['keep-alive', 'close']) {
    const reply = await sendRaw(service.url, head(...lines, `Connection: ${connection}`), ...body);

    expect(reply).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
  }
});

test('the connection goes on behind a body that was not read', async () => {
  const { socket, received } = open();
  const long = 300_000;

  socket.write(`POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: ${long}\r\n\r\n`);
  await expect.poll(received, { timeout: SOON_MS }).toContain('NotFound');
  socket.write(' '.repeat(long));
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');

  await expect.poll(received).toContain('"healthy"');
  socket.destroy();
});

test('a connection that is to be closed ends when its body has come', async () => {
  const { socket, received } = open();
  const long = 300_000;

  socket.write(head(`Content-Length: ${long}`, 'Connection: close'));
  await expect.poll(received, { timeout: SOON_MS }).toContain('TooLarge');
  socket.write(' '.repeat(long));
  await once(socket, 'close');

  expect(received()).toMatch(/^HTTP\/1\.1 413 /);
});
