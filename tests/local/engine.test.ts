import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { chooseEngine } from '../../src/local/choose-engine.ts';
import { freePort } from '../support/relay.ts';
import {
  killProcesses,
  type ServiceProcess,
  startProcess,
  waitFor,
} from '../support/service-process.ts';

const KEY = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };
const hasDynoxide = chooseEngine(undefined, process.env.PATH).name === 'dynoxide';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-mcp-server-'));
});

afterEach(killProcesses);

afterAll(() => rm(folder, { recursive: true }));

/** Starts the embedded database with its data in a folder, or in memory. */
function start(dataDir: string | undefined, environment: Record<string, string> = {}) {
  const where = dataDir ? ['--data-dir', join(folder, dataDir)] : ['--in-memory'];
  const settings = { LOG_LEVEL: 'DEBUG', LOCAL_ENGINE: 'dynoxide', ...environment };
  return startProcess(['--local', ...where], { environment: settings });
}

async function call(url: string, tool: string, request: object) {
  const response = await fetch(`${url}/tools/${tool}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: (await response.json()) as JsonObject };
}

/** The process of the engine, and where it listens as its command line says. */
async function engineOf(service: ServiceProcess, message = /^Dynoxide runs$/) {
  const { pid } = await service.logged(message);
  const args = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  const [, host = '', port = ''] = /--host (\S+) --port (\d+)/.exec(args) ?? [];
  return { pid: Number(pid), host, port: Number(port) };
}

/** Waits until nobody listens there any more. */
async function untilRefused({ host, port }: { host: string; port: number }): Promise<void> {
  let refused: true | undefined;
  await waitFor(() => {
    const socket = connect(port, host, () => socket.destroy());
    socket.on('error', () => {
      refused = true;
    });
    return refused;
  });
}

describe.runIf(hasDynoxide)('Dynoxide', () => {
  test('that is killed goes on at the same address, with its data', async () => {
    const service = start('killed');
    const url = await service.url();
    const item = { PK: 'KEPT', SK: 'ITEM', v: 1 };
    await call(url, 'put_item', { item });
    const first = await engineOf(service);

    process.kill(first.pid, 'SIGKILL');
    const second = await engineOf(service, /^Dynoxide runs again$/);
    const kept = await call(url, 'get_item', { key: { PK: 'KEPT', SK: 'ITEM' } });

    expect(kept).toEqual({ status: 200, body: { success: true, item } });
    expect(second).toEqual({ ...first, pid: expect.not.toSatisfy((pid) => pid === first.pid) });
    expect(service.logs()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'Dynoxide has ended and is started again',
        detail: 'SIGKILL',
      }),
    );
  });

  test('in memory has the sample again after it was killed', async () => {
    const service = start(undefined);
    const url = await service.url();
    const { pid } = await engineOf(service);

    process.kill(pid, 'SIGKILL');
    await service.logged(/the sample is there again$/);
    const sample = await call(url, 'get_item', { key: KEY });

    expect(sample.body.item).toMatchObject(KEY);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
    'ends when %s ends the service',
    async (signal) => {
      const service = start(undefined);
      await service.url();
      const engine = await engineOf(service);

      service.signal(signal);
      await service.exit();

      await untilRefused(engine);
    },
  );

  test('listens elsewhere with each start, and ends with one that fails', async () => {
    const first = start(undefined);
    const { port } = new URL(await first.url());
    const second = start(undefined, { PORT: port });
    const { pid } = await second.logged(/^Dynoxide runs$/);
    const engines = await Promise.all([engineOf(first), engineOf(second)]);

    const { code } = await second.exit();

    expect(code).toBe(1);
    expect(new Set(engines.map(({ port }) => port)).size).toBe(2);
    await waitFor(() => isGone(Number(pid)));
  });

  test('serves what is still under way after Ctrl-C', async () => {
    const service = start(undefined, { DRAIN_DELAY_MS: '5000' });
    const url = await service.url();
    await fetch(`${url}/health`);

    service.signalGroup('SIGINT');
    await service.logged(/^Shutting down$/);
    const sample = await call(url, 'get_item', { key: KEY });
    const { code } = await service.exit();

    expect([sample.status, code]).toEqual([200, 0]);
    expect(service.logs().map(({ message }) => message)).not.toContain(
      'Dynoxide has ended and is started again',
    );
  });

  test('is told from what it cannot read in one line', async () => {
    await mkdir(join(folder, 'garbage/dynoxide'), { recursive: true });
    await writeFile(join(folder, 'garbage/dynoxide/tables.sqlite'), 'not a database');

    const { code, stderr } = await start('garbage').exit();

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The embedded database cannot use \S+garbage\/dynoxide: it cannot be opened \([^\n]+\)\. Choose another folder with --data-dir\.\n$/,
    );
  });
});

const [one, other] = hasDynoxide ? ['dynoxide', 'dynalite'] : ['dynalite', 'dynalite'];

test.each([
  [one, other],
  [other, one],
])('%s keeps %s off its folder, until it is killed', async (first, second) => {
  const dataDir = `${first}-${second}`;
  const service = start(dataDir, { LOCAL_ENGINE: first });
  await service.url();

  const refused = await start(dataDir, { LOCAL_ENGINE: second }).exit();
  service.signal('SIGKILL');
  await service.exit();
  const next = start(dataDir, { LOCAL_ENGINE: second });
  const sample = await call(await next.url(), 'get_item', { key: KEY });

  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(
    `The embedded database cannot use ${join(folder, dataDir)}: another process uses it. Choose another folder with --data-dir.\n`,
  );
  expect(sample.status).toBe(200);
});

test('the log says which engine it is and what it lacks', async () => {
  const service = start(undefined, { LOCAL_ENGINE: 'dynalite' });
  await service.url();

  expect(service.logs()).toContainEqual(
    expect.objectContaining({
      level: 'WARNING',
      engine: 'dynalite',
      lacks: expect.arrayContaining(['transactions', 'vector search', 'comparing lists and maps']),
      message: expect.stringMatching(/dynalite.*it lacks transactions, vector search/),
    }),
  );
});

test('no proxy is asked for the way to the engine', async () => {
  const service = start(undefined, {
    LOCAL_ENGINE: '',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: `http://127.0.0.1:${await freePort()}`,
  });

  const sample = await call(await service.url(), 'get_item', { key: KEY });

  expect(sample.status).toBe(200);
});

test('an engine that nobody knows is refused', async () => {
  const { code, stderr } = await start(undefined, { LOCAL_ENGINE: 'sqlite' }).exit();

  expect(code).toBe(1);
  expect(stderr).toContain('LOCAL_ENGINE must be dynoxide or dynalite');
});

/** True once no process has the number; a dead one that nobody has waited for counts as gone. */
function isGone(pid: number): true | undefined {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return state.startsWith('Z') ? true : undefined;
  } catch {
    return true;
  }
}
