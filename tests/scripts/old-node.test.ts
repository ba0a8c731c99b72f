import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleHead } from '../../scripts/bundle-head.ts';

const WHY =
  /^dynamodb-mcp-server needs Node\.js 24 or newer, and this is v\d+\.\d+\.\d+\. Install it/;

let folder: string;

/** A bundle that says what it runs on, alone or in a project with a newer Node. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'old-node-'));
  const bundle = `${bundleHead()}\nprocess.stdout.write('served ' + process.argv[2]);`;
  for (const place of ['alone', 'project']) {
    mkdirSync(join(folder, place, 'dist'), { recursive: true });
    writeFileSync(join(folder, place, 'dist/cli.js'), bundle);
  }
  mkdirSync(join(folder, 'project/node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'project/node_modules/node/bin/node'));
  writeFileSync(
    join(folder, 'as-20.cjs'),
    "Object.defineProperty(process.versions, 'node', { value: '20.0.0' });",
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(place: string, args: string[], input = '') {
  const child = spawn(process.execPath, [
    ...['--require', join(folder, 'as-20.cjs')],
    ...[join(folder, place, 'dist/cli.js'), ...args],
  ]);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return {
    code: child.exitCode ?? (await new Promise((done) => child.on('exit', done))),
    stdout,
    stderr,
  };
}

test('hands over to the Node of the project', async () => {
  expect(await run('project', ['stdio'])).toEqual({ code: 0, stdout: 'served stdio', stderr: '' });
});

test('says why on the command line', async () => {
  expect(await run('alone', ['serve'])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(WHY),
  });
});

test('says why over stdio in answer to the first message', async () => {
  const { code, stdout } = await run(
    'alone',
    ['stdio'],
    '{"jsonrpc":"2.0","id":"a","method":"x"}\n',
  );

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    jsonrpc: '2.0',
    id: 'a',
    error: { code: -32603, message: expect.stringMatching(WHY) },
  });
});
