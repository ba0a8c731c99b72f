import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { idleMargin } from '../scripts/image-check/behaviour.ts';
import { healthyAfter } from '../scripts/image-check/containers.ts';
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

test('health is timed from the start of the container to its first check that passed', () => {
  const run = (second: number, ExitCode: number) => ({
    End: `2026-01-01T00:00:0${second}.5Z`,
    ExitCode,
  });
  const started = '2026-01-01T00:00:00.250Z';

  expect(healthyAfter(started, [run(1, 1), run(2, 0), run(3, 0)])).toBe(2_250);
  expect(healthyAfter(started, [run(1, 1)])).toBe(Number.POSITIVE_INFINITY);
  // As Docker writes times: with nanoseconds and an offset.
  expect(
    healthyAfter('2026-01-01T00:00:00.250000000Z', [
      { End: '2026-01-01T01:00:01.750123456+01:00', ExitCode: 0 },
    ]),
  ).toBe(1_500);
});

test.each([
  ['61.2MiB / 256MiB', 194],
  ['0B / 256MiB', 256],
  ['512KiB / 0.25GiB', 255],
  ['--', Number.NaN],
])('%s leaves %i MiB', (usage, margin) => {
  expect(idleMargin(usage)).toBe(margin);
});

test('the image is checked each second while it starts', async () => {
  const dockerfile = await readFile(path.join(PROJECT, 'Dockerfile'), 'utf8');

  expect(dockerfile).toMatch(/^HEALTHCHECK --interval=2s /m);
});
