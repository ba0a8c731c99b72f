import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { openApiDocument } from '../src/http/openapi.ts';
import type { JsonObject } from '../src/json/parse.ts';
import { TOOLS } from '../src/tools/registry.ts';
import { VERSION } from '../src/version.ts';
import { type FaultProxy, slow, startFaultProxy } from './support/fault-proxy.ts';
import { freePort } from './support/relay.ts';
import { newTable, startService } from './support/service.ts';
import {
  killProcesses,
  PROJECT,
  type ProcessOptions,
  type ServiceProcess,
  startProcess,
  waitFor,
} from './support/service-process.ts';

const KEY = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };
const IN_MEMORY = ['--local', '--in-memory'];

let proxy: FaultProxy;
let table: string;
let folder: string;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  table = await newTable();
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-mcp-server-'));
});

afterEach(async () => {
  await killProcesses();
  proxy.reset();
});

afterAll(async () => {
  await proxy.close();
  await rm(folder, { recursive: true });
});

/** Settings of a service whose DynamoDB is the shared engine behind the fault proxy. */
function remote(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'dummy',
    AWS_SECRET_ACCESS_KEY: 'dummy',
    DYNAMODB_ENDPOINT_URL: proxy.endpoint,
    DYNAMODB_TABLE_NAME: table,
  };
}

async function call(url: string, tool: string, request: object) {
  const response = await fetch(`${url}/tools/${tool}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const body = (await response.json()) as JsonObject;
  return { status: response.status, headers: response.headers, body };
}

/** Starts a service and a call that DynamoDB answers after a while. */
async function startSlowCall(
  milliseconds: number,
  args: string[] = [],
  { environment, ...options }: ProcessOptions = {},
) {
  const service = startProcess(args, { ...options, environment: { ...remote(), ...environment } });
  const url = await service.url();
  await call(url, 'describe_table', {});
  proxy.always('GetItem', slow(milliseconds));
  const reply = call(url, 'get_item', { key: KEY }).catch((error: unknown) => error);
  await waitFor(() => proxy.arrived.find((operation) => operation === 'GetItem'));
  return { service, url, reply };
}

function messages(service: ServiceProcess): unknown[] {
  return service.logs().map(({ message }) => message);
}

describe('start', () => {
  test('says in the log what runs where', async () => {
    const service = startProcess(IN_MEMORY);
    const url = await service.url();

    const sample = await call(url, 'get_item', { key: KEY });
    service.signal('SIGTERM');
    await service.exit();

    expect(sample.status).toBe(200);
    expect(sample.body.item).toMatchObject({ ...KEY, epic_name: 'User Authentication' });
    expect(service.logs()).toContainEqual(
      expect.objectContaining({
        level: 'WARNING',
        message: expect.stringMatching(/embedded database.*development only.*in memory/),
      }),
    );
    expect(service.logs()).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        logger: 'dynamodb-mcp',
        environment: 'development',
        message: `Listening on ${url}`,
        table: 'MedAssureAI_Artifacts',
      }),
    );
  });

  test('needs no DynamoDB', async () => {
    const service = startProcess([], {
      environment: { ...remote(), DYNAMODB_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` },
    });
    const url = await service.url();

    const health = await fetch(`${url}/health`);
    const ready = await fetch(`${url}/ready`);
    service.signal('SIGTERM');
    const { code } = await service.exit();

    expect([health.status, ready.status, code]).toEqual([200, 503, 0]);
  });

  test('with a bad configuration prints what is wrong and exits 1', async () => {
    const environment = { PORT: 'x', AWS_ACCESS_KEY_ID: 'secret', MAX_ATTEMPTS: '0' };

    const exit = await startProcess([], { environment }).exit();

    expect(exit).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: [
        'The configuration is not valid:',
        '  PORT must be a whole number from 0 to 65535',
        '  MAX_ATTEMPTS must be a whole number from 1 to 10',
        '  AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together, or neither',
        '',
      ].join('\n'),
    });
  });

  test('on a port in use says so in one line, and what to do', async () => {
    const first = startProcess(IN_MEMORY);
    const { port } = new URL(await first.url());

    const exit = await startProcess(IN_MEMORY, { environment: { PORT: port } }).exit();

    expect(exit.code).toBe(1);
    expect(exit.stderr).toBe(
      `Cannot listen on 127.0.0.1:${port}: another process listens there. Set PORT to another port, as in PORT=${Number(port) + 1}.\n`,
    );
  });

  test('on an address of another machine says so in one line', async () => {
    const environment = { HOST: '192.0.2.1', ALLOW_UNAUTHENTICATED: 'true' };

    const exit = await startProcess(IN_MEMORY, { environment }).exit();

    expect([exit.code, exit.stderr]).toEqual([
      1,
      'Cannot listen on 192.0.2.1:0: this machine has no such address. Set HOST to one that it has.\n',
    ]);
  });

  test('on a data folder in use says so in one line', async () => {
    const args = ['--local', '--data-dir', join(folder, 'shared')];
    const first = startProcess(args);
    await first.url();

    const exit = await startProcess(args).exit();

    expect(exit.code).toBe(1);
    expect(exit.stderr).toBe(
      `The embedded database cannot use ${join(folder, 'shared')}: another process uses it. Choose another folder with --data-dir.\n`,
    );
  });

  test.each(['', 'new'])('on a data folder of another user says so: %j', async (below) => {
    const theirs = await mkdtemp(join(folder, 'theirs-'));
    await chmod(folder, 0o755);
    await chmod(theirs, 0o500);

    const exit = await startProcess(['--local', '--data-dir', join(theirs, below)], {
      user: process.getuid?.() === 0 ? 65_534 : undefined,
    }).exit();

    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(
      /^The embedded database cannot use \S+: this user may not write there\. Choose another folder with --data-dir\.\n$/,
    );
  });
});

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends an idle service with 0', async (signal) => {
    const service = startProcess(IN_MEMORY);
    await fetch(`${await service.url()}/ready`);

    service.signal(signal);
    const exit = await service.exit();

    expect(exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(messages(service).slice(-2)).toEqual(['Shutting down', 'Stopped']);
  });

  test('a request in flight gets its answer, and no new ones are taken', async () => {
    const { service, url, reply } = await startSlowCall(1_500);

    service.signal('SIGTERM');
    await service.logged(/Shutting down/);
    await sleep(300);
    const late = await fetch(`${url}/health`).catch(() => 'refused');
    const { status, headers } = (await reply) as Awaited<ReturnType<typeof call>>;
    const { code } = await service.exit();

    expect([status, headers.get('connection'), late, code]).toEqual([200, 'close', 'refused', 0]);
  });

  test('a signal that is repeated within 2 s is ignored', async () => {
    const { service, reply } = await startSlowCall(1_500);

    service.signal('SIGINT');
    service.signal('SIGTERM');
    await sleep(500);
    service.signal('SIGINT');
    const { code } = await service.exit();

    expect([await reply, code]).toEqual([expect.objectContaining({ status: 200 }), 0]);
  });

  test('a later one exits at once', async () => {
    const { service, reply } = await startSlowCall(9_000);

    service.signal('SIGTERM');
    await sleep(2_300);
    const asked = performance.now();
    service.signal('SIGTERM');
    const { code } = await service.exit();

    expect(code).toBe(1);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(await reply).toBeInstanceOf(Error);
  });

  test('draining shows in /ready, while requests are still answered', async () => {
    const service = startProcess([], { environment: { ...remote(), DRAIN_DELAY_MS: '1500' } });
    const url = await service.url();
    const before = await fetch(`${url}/ready`);

    service.signal('SIGTERM');
    await service.logged(/Shutting down/);
    const ready = await fetch(`${url}/ready`);
    const health = await fetch(`${url}/health`);
    const item = await call(url, 'get_item', { key: KEY });
    const root = await fetch(url);
    const { code } = await service.exit();

    const names = { service: 'dynamodb-mcp-server', table };
    expect(before.status).toBe(200);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining', ...names }]);
    expect([health.status, await health.json()]).toEqual([200, { status: 'healthy', ...names }]);
    expect(await root.json()).toMatchObject({ status: 'draining' });
    expect(item.status).toBe(200);
    for (const { headers } of [ready, health, item, root]) {
      expect(headers.get('connection')).toBe('close');
    }
    expect(code).toBe(0);
  });

  test('callers that never finish their requests do not keep the service', async () => {
    const service = startProcess(IN_MEMORY, { environment: { REQUEST_DEADLINE_MS: '500' } });
    const { hostname, port } = new URL(await service.url());
    const body = 'POST /tools/scan HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    for (const half of ['', 'GET /health HTTP/1.1\r\n', `${body}Content-Length: 9\r\n\r\n{`]) {
      connect(Number(port), hostname)
        .on('error', () => {})
        .write(half);
    }
    await sleep(200);

    const asked = performance.now();
    service.signal('SIGTERM');
    const { code } = await service.exit();

    expect(code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
  });
});

describe('through npm', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('npm start passes %s on', async (signal) => {
    const { service, reply } = await startSlowCall(1_000, ['start'], { npm: true });

    service.signal(signal);
    const { code } = await service.exit();

    expect([await reply, code]).toEqual([expect.objectContaining({ status: 200 }), 0]);
    expect(messages(service)).toContain('Stopped');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('npm start stands %s to the group', async (signal) => {
    const { service, reply } = await startSlowCall(1_000, ['start'], { npm: true });

    service.signalGroup(signal);
    const { code } = await service.exit();

    expect([await reply, code]).toEqual([expect.objectContaining({ status: 200 }), 0]);
    expect(messages(service).filter((message) => message === 'Shutting down')).toHaveLength(1);
    expect(messages(service)).toContain('Stopped');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('npm run dev ends well on %s', async (signal) => {
    const service = startProcess(['run', 'dev', '--', '--in-memory'], { npm: true });
    await fetch(`${await service.url()}/health`);

    service.signalGroup(signal);
    const { code } = await service.exit();

    expect(messages(service)).toContain('Stopped');
    expect(code).toBe(0);
  });
});

describe('the embedded database', () => {
  test('keeps its data over restarts, deletions included', async () => {
    const args = ['--local', '--data-dir', join(folder, 'kept')];
    const item = { PK: 'KEPT', SK: 'ITEM', v: 1 };
    const first = startProcess(args);
    await call(await first.url(), 'put_item', { item });
    await call(await first.url(), 'delete_item', { key: KEY });
    first.signal('SIGINT');
    await first.exit();

    const second = startProcess(args);
    const url = await second.url();
    const kept = await call(url, 'get_item', { key: { PK: 'KEPT', SK: 'ITEM' } });
    const deleted = await call(url, 'get_item', { key: KEY });
    second.signal('SIGINT');
    await second.exit();
    const third = startProcess([...args, '--reset']);
    const gone = await call(await third.url(), 'get_item', { key: { PK: 'KEPT', SK: 'ITEM' } });
    const sample = await call(await third.url(), 'get_item', { key: KEY });

    expect(kept.body).toEqual({ success: true, item });
    expect(deleted.body).toEqual({ success: true, item: null });
    expect(gone.body).toEqual({ success: true, item: null });
    expect(sample.body.item).toMatchObject(KEY);
  });

  test('is refused in production', async () => {
    const exit = await startProcess(IN_MEMORY, {
      environment: { ENVIRONMENT: 'production', ALLOW_UNAUTHENTICATED: 'true' },
    }).exit();

    expect([exit.code, exit.stderr]).toEqual([
      1,
      'The configuration is not valid:\n  ENVIRONMENT=production cannot be used with the embedded database (--local)\n',
    ]);
  });
});

describe('commands', () => {
  const run = (args: string[], environment = {}) => startProcess(args, { environment }).exit();

  test('--help explains every command', async () => {
    const { code, stdout, stderr } = await run(['--help']);

    expect([code, stderr]).toEqual([0, '']);
    for (const word of ['serve', 'create-table', 'openapi', 'hash-key', '--local', '--data-dir']) {
      expect(stdout).toContain(word);
    }
  });

  test('--version is the version of the package', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
  });

  test('openapi prints the document that the service serves', async () => {
    const { code, stdout } = await run(['openapi']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(openApiDocument(TOOLS, VERSION))));
  });

  test('hash-key makes a key that opens the service', async () => {
    const { code, stdout } = await run(['hash-key', 'alice']);
    const [, key = ''] = /^Key for alice.*: (\S+)$/m.exec(stdout) ?? [];
    const [, entry = ''] = /^Entry for API_KEYS: (\S+)$/m.exec(stdout) ?? [];
    const service = await startService({ table, environment: { API_KEYS: entry } });

    const headers = { authorization: `Bearer ${key}` };
    const { status } = await service.call('describe_table', {}, { headers });
    await service.close();

    expect(code).toBe(0);
    expect(entry).toBe(`alice:${createHash('sha256').update(key).digest('hex')}`);
    expect(key.length).toBeGreaterThanOrEqual(43);
    expect(status).toBe(200);
  });

  test('check reads the table of a running service, or says why it cannot', async () => {
    const key = 'key-of-the-release';
    const hash = createHash('sha256').update(key).digest('hex');
    const service = await startService({ table, environment: { API_KEYS: `release:${hash}` } });
    const elsewhere = new URL(service.url);
    const { hostname, port } = elsewhere;
    const named = `http://dynamodb.example.com:${port}`;
    const lost = await startService({ table: 'no-such-table' });

    const [good, refused, broken, nowhere] = await Promise.all([
      run(['check', named, '--connect-to', hostname], { SERVICE_KEY: key }),
      run(['check', service.url], { SERVICE_KEY: 'wrong' }),
      run(['check', lost.url]),
      run(['check', `http://127.0.0.1:${await freePort()}`]),
    ]);
    await service.close();
    await lost.close();

    expect([good.code, good.stdout, good.stderr]).toEqual([
      0,
      `The service at ${named} describes and reads the table ${table}.\n`,
      '',
    ]);
    expect([refused, broken, nowhere].map(({ code, stdout }) => [code, stdout])).toEqual([
      [1, ''],
      [1, ''],
      [1, ''],
    ]);
    expect(refused.stderr).toMatch(
      /^describe_table at \S+ failed with 401, Unauthenticated: .*\n$/,
    );
    expect(broken.stderr).toMatch(
      /^describe_table at \S+ failed with 503, StorageUnavailable: .*\n$/,
    );
    expect(nowhere.stderr).toMatch(/^The service at \S+ cannot be reached: .*ECONNREFUSED.*\n$/);
  });

  test('create-table creates the table once and never touches one that exists', async () => {
    const name = `created-${randomUUID()}`;
    const environment = { ...remote(), DYNAMODB_TABLE_NAME: name };
    const first = await run(['create-table'], environment);
    const service = await startService({ table: name });
    await service.call('put_item', { item: KEY });

    const second = await run(['create-table'], environment);
    const described = await service.call('describe_table');
    const { body } = await service.call('scan');
    await service.close();

    expect([first.code, first.stdout]).toEqual([0, `Created the table ${name}.\n`]);
    expect([second.code, second.stdout]).toEqual([
      0,
      `The table ${name} exists; nothing was changed.\n`,
    ]);
    expect(described.body).toMatchObject({ status: 'ACTIVE', billing_mode: 'PAY_PER_REQUEST' });
    expect(body.items).toEqual([KEY]);
  });

  test('create-table without DynamoDB says what failed', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;

    const exit = await run(['create-table'], {
      ...remote(),
      DYNAMODB_ENDPOINT_URL: endpoint,
      MAX_ATTEMPTS: '1',
    });

    expect([exit.code, exit.stdout]).toEqual([1, '']);
    expect(exit.stderr).toMatch(
      /^DynamoDB or the table cannot be reached[^\n]*ECONNREFUSED[^\n]*\n$/,
    );
  });

  test.each([
    [['dance'], 'Unknown command: dance'],
    [['serve', 'more'], 'Unexpected argument: more'],
    [['--loud'], 'Unknown option: --loud.'],
    [['-x'], 'Unknown option: -x.'],
    [['--local=yes'], '--local takes no value.'],
    [['--local', '--data-dir'], '--data-dir takes a value: --data-dir DIR,'],
    [['hash-key', '--wait', '1'], 'hash-key has no option --wait.'],
    [['--in-memory'], '--data-dir, --in-memory and --reset go with --local'],
    [['--data-dir', 'x'], '--data-dir, --in-memory and --reset go with --local'],
    [['check'], 'check takes the URL of a service'],
    [['check', 'ftp://x'], 'check takes the URL of a service'],
    [['hash-key'], 'hash-key takes one name'],
    [['hash-key', 'a', 'b'], 'Unexpected argument: b'],
    [['hash-key', 'my key'], 'The name of a key consists of letters'],
    [['hash-key', 'a,b'], 'The name of a key consists of letters'],
    [['hash-key', ''], 'The name of a key consists of letters'],
  ])('%j is answered with a sentence and the way to the usage', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args);

    expect([code, stdout]).toEqual([2, '']);
    const [said, help, ...more] = stderr.split('\n');
    expect(said?.slice(0, sentence.length)).toBe(sentence);
    expect(help).toMatch(/^Run node \S+cli\.ts --help for the commands and options\.$/);
    expect(more).toEqual(['']);
  });

  test('the usage names the command as it was run', async () => {
    const installed = join(folder, 'dynamodb-mcp-server');
    await symlink(join(PROJECT, 'src/cli.ts'), installed);

    const [{ stdout: ofPackage }, ofCheckout] = await Promise.all([
      promisify(execFile)(process.execPath, [installed, '--help']),
      startProcess(['start', '--', '--loud'], { npm: true }).exit(),
    ]);

    expect(ofPackage).toContain('\nUsage: dynamodb-mcp-server [command] [options]\n');
    expect([ofCheckout.code, ofCheckout.stderr]).toEqual([
      2,
      'Unknown option: --loud.\nRun npm start -- --help for the commands and options.\n',
    ]);
  });
});

describe('sockets', () => {
  test('are kept longer than a load balancer keeps them', async () => {
    const service = await startService({ table });

    const keepAlive = await new Promise((resolve, reject) => {
      httpRequest(`${service.url}/health`, { headers: { connection: 'keep-alive' } })
        .on('response', (response) => resolve(response.headers['keep-alive']))
        .on('error', reject)
        .end();
    });
    await service.close();

    expect(keepAlive).toBe('timeout=72');
  });

  test('wait for headers longer than they are kept', async () => {
    const servers: Server[] = [];
    const remember = (message: unknown) => servers.push((message as { server: Server }).server);
    subscribe('http.server.request.start', remember);
    const service = await startService({ table });

    await service.request('/health');
    await service.close();
    unsubscribe('http.server.request.start', remember);

    const [server] = servers;
    expect(server?.keepAliveTimeout).toBe(72_000);
    expect(server?.headersTimeout).toBeGreaterThan(72_000);
    expect(server?.requestTimeout).toBeGreaterThan(server?.headersTimeout ?? Infinity);
  });
});
