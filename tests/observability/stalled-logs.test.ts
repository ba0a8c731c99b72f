import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/relay.ts';
import { COMPILED_ONCE, PROJECT, waitFor } from '../support/service-process.ts';
import { INITIALIZE } from '../support/stdio-process.ts';

/** More than a pipe takes of lines. */
const CALLS = 300;
const KEY = { PK: 'PROJECT#test123', SK: 'METADATA' };

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** Starts a command of the service whose log goes nowhere that the tests look. */
function start(command: string, port: number, stdio: [unknown, unknown, unknown]) {
  const args = [join(PROJECT, 'src/cli.ts'), command, '--local', '--in-memory'];
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(),
    env: { ...COMPILED_ONCE, PATH: process.env.PATH, PORT: String(port) },
    stdio: stdio as ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  cleanups.push(() => child.kill('SIGKILL'));
  return { child, exited };
}

/** The ways in which a log takes nothing, each as the descriptor of stdout. */
const STALLED: Record<string, () => unknown> = {
  'a socket that nobody reads': () => 'pipe',
  'a pipe that nobody reads': () => {
    const folder = mkdtempSync(join(tmpdir(), 'stalled-'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const descriptor = openSync(join(folder, 'pipe'), 'r+');
    cleanups.push(() => rmSync(folder, { recursive: true }));
    cleanups.push(() => closeSync(descriptor));
    return descriptor;
  },
  'a full disk': () => {
    const descriptor = openSync('/dev/full', 'w');
    cleanups.push(() => closeSync(descriptor));
    return descriptor;
  },
};

async function callOften(url: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const { status } = await fetch(`${url}/tools/get_item`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: KEY }),
      signal: AbortSignal.timeout(5_000),
    });
    statuses.push(status);
  }
  return statuses;
}

async function untilUp(url: string): Promise<void> {
  const up = () =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(up, { timeout: 20_000 }).toBe(true);
}

describe.each(Object.entries(STALLED))('stdout is %s', (_what, stdout) => {
  test('and calls, /health and SIGTERM go on', async () => {
    const port = await freePort();
    const { child, exited } = start('serve', port, ['ignore', stdout(), 'ignore']);
    const url = `http://127.0.0.1:${port}`;
    await untilUp(url);

    const statuses = await callOften(url);
    const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) });
    const asked = performance.now();
    child.kill('SIGTERM');

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(health.status).toBe(200);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(5_000);
  });
});

test('a reader of the log that goes away does not take the service with it', async () => {
  const port = await freePort();
  const { child, exited } = start('serve', port, ['ignore', 'pipe', 'ignore']);
  const url = `http://127.0.0.1:${port}`;
  await untilUp(url);
  child.stdout.destroy();

  const statuses = await callOften(url);
  child.kill('SIGTERM');

  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await exited).toEqual({ code: 0, signal: null });
});

test.each([
  ['is not read', false],
  ['is closed', true],
])('over stdio all calls are answered while stderr %s', async (_what, closed) => {
  const { child, exited } = start('stdio', 0, ['pipe', 'pipe', 'pipe']);
  if (closed) child.stderr.destroy();
  const answers = new Map<number, unknown>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    answers.set(message.id, message.result);
  });
  const ask = async (id: number, method: string, params: object) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    await waitFor(() => answers.get(id));
  };

  await ask(1, 'initialize', INITIALIZE);
  for (let id = 2; id < CALLS; id++) {
    await ask(id, 'tools/call', { name: 'get_item', arguments: { key: KEY } });
  }
  child.stdin.end();

  expect(await exited).toEqual({ code: 0, signal: null });
});
