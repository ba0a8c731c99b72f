import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/service-process.ts';

async function run(...command: string[]) {
  const child = spawn(process.execPath, command, { cwd: PROJECT });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

test('npm run dev ends where the service ends by itself', async () => {
  const [help, failure] = await Promise.all([
    run('scripts/dev.ts', '--help'),
    run('scripts/dev.ts', '--data-dir', '/dev/null/none'),
  ]);

  expect(help).toEqual({ code: 0, stdout: expect.stringContaining('Usage:'), stderr: '' });
  expect(failure).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^The embedded database cannot use \/dev\/null\/none: /),
  });
});

test('exec passes on arguments and the exit code, for shells that have none', async () => {
  const { code, stdout } = await run(
    ...['scripts/exec/exec.js', 'node', '-e'],
    ...['console.log(process.argv[1]); process.exit(7)', 'a b'],
  );

  expect([code, stdout]).toEqual([7, 'a b\n']);
});
