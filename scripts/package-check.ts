import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unpackExtension } from '@anthropic-ai/mcpb';

// What is given to others, used as they would: the npm package is installed into an empty folder and
// serves over HTTP; the bundle of the Model Context Protocol is unpacked and answers over stdio.
// npm run package:check

const STARTS_WITHIN_MS = 30_000;
const folder = mkdtempSync(path.join(tmpdir(), 'package-check-'));

function run(command: string, args: string[], cwd = process.cwd()): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function proved(what: string, holds: boolean): void {
  process.stdout.write(`${holds ? 'ok' : 'FAILED'}: ${what}\n`);
  if (!holds) process.exitCode = 1;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const deadline = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await reply.json()) as Record<string, unknown>;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function checkPackage(): Promise<void> {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder]));
  const files: string[] = packed.files.map(({ path: file }: { path: string }) => file);
  proved(
    'the package has the bundle and no source',
    files.includes('dist/cli.js') && !files.some((file) => /^(src|tests)\//.test(file)),
  );
  const home = mkdtempSync(path.join(folder, 'empty-'));
  run('npm', ['install', '--no-save', path.join(folder, packed.filename)], home);
  const port = await freePort();
  const service = spawn(
    path.join(home, 'node_modules/.bin/dynamodb-mcp-server'),
    ['--local', '--in-memory'],
    { cwd: home, env: { ...process.env, PORT: String(port) }, stdio: 'ignore' },
  );
  const key = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };
  const { item } = await post(`http://127.0.0.1:${port}/tools/get_item`, { key });
  proved(
    'installed in an empty folder it serves the sample',
    JSON.stringify(item).includes('User Authentication'),
  );
  service.kill();
  await new Promise((resolve) => service.on('exit', resolve));
}

async function checkMcpBundle(): Promise<void> {
  run('npm', ['run', '--silent', 'mcpb']);
  const unpacked = path.join(folder, 'unpacked');
  const mcpbPath = 'dist/dynamodb-mcp-server.mcpb';
  await unpackExtension({ mcpbPath, outputDir: unpacked, silent: true });
  proved('the MCP bundle has a manifest', readdirSync(unpacked).includes('manifest.json'));
  const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const answer = execFileSync(process.execPath, [path.join(unpacked, 'server/cli.js'), 'stdio'], {
    cwd: folder,
    encoding: 'utf8',
    input: `${ping}\n`,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  proved('unpacked it answers over stdio', JSON.parse(answer).result !== undefined);
}

try {
  await checkPackage();
  await checkMcpBundle();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
