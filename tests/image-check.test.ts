import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT } from './support/service-process.ts';

const run = promisify(execFile);

test('without a Docker engine the check of the image is skipped with one line', async () => {
  const { PATH } = process.env;
  const environment = { PATH, DOCKER_HOST: 'unix:///nowhere/docker.sock' };

  const { stdout, stderr } = await run(process.execPath, ['scripts/image-check.ts'], {
    cwd: PROJECT,
    env: environment,
  });

  expect(stdout).toMatch(/^Skipped: image:check needs a Docker engine \(.+\)\n$/);
  expect(stderr).toBe('');
});
