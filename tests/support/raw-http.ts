import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { JsonObject } from '../../src/json/parse.ts';
import type { Reply } from './service.ts';

const PATIENCE_MS = 10_000;

/**
 * Writes bytes to a connection of its own, whatever they are, and returns the first reply. Fails
 * when the service resets the connection before it has taken all of them.
 */
export async function sendRaw(url: string, ...parts: (string | Uint8Array)[]): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('No reply came in time')));
  try {
    const [text] = await Promise.all([readMessage(socket), writeAll(socket, parts)]);
    return parseMessage(text);
  } finally {
    socket.destroy();
  }
}

/** A body in chunks of 64 KB, as `Transfer-Encoding: chunked` has them. */
export function* chunked(bytes: number): Generator<string> {
  const size = 65_536;
  for (let sent = 0; sent < bytes; sent += size) {
    yield `${size.toString(16)}\r\n${' '.repeat(size)}\r\n`;
  }
  yield '0\r\n\r\n';
}

async function writeAll(socket: Socket, parts: (string | Uint8Array)[]): Promise<void> {
  await once(socket, 'connect');
  for (const part of parts) {
    await new Promise<void>((resolve, reject) => {
      socket.write(part, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** The bytes that come back, until a message is whole or the connection ends. */
function readMessage(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      text += data;
      if (isWhole(text)) resolve(text);
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

function isWhole(text: string): boolean {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  return length !== undefined && Buffer.byteLength(body.join('\r\n\r\n')) >= Number(length);
}

function parseMessage(message: string): Reply {
  const [head = '', ...rest] = message.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  // Another message may follow.
  const text = Buffer.from(rest.join('\r\n\r\n'))
    .subarray(0, length === undefined ? undefined : Number(length))
    .toString();
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    ),
    text,
    body: text === '' ? {} : (JSON.parse(text) as JsonObject),
  };
}
