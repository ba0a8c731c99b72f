import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkBehaviour, idleMemory } from './image-check/behaviour.ts';
import {
  becomesHealthy,
  buildImages,
  describeRun,
  type Run,
  removeRun,
  startContainers,
} from './image-check/containers.ts';
import { checkContents } from './image-check/contents.ts';
import { createDocker, missingEngine } from './image-check/docker.ts';
import { createReport, print } from './image-check/report.ts';
import { checkShutdown } from './image-check/shutdown.ts';

// Builds the image and proves it: what is inside, how it runs confined, how it stops.

process.chdir(path.join(import.meta.dirname, '..'));
const missing = await missingEngine(createDocker());
if (missing === undefined) process.exitCode = (await checkImage()) ? 0 : 1;
else print(`Skipped: image:check needs a Docker engine (${missing})`);

/** Runs all checks; true if they pass. Nothing that they made is left, also after Ctrl-C. */
async function checkImage(): Promise<boolean> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interruption.abort(new Error(`Interrupted by ${signal}`)));
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'image-check-'));
  const run = describeRun(randomBytes(4).toString('hex'), folder);
  try {
    return await runChecks(run, interruption.signal);
  } catch (error) {
    const cause = interruption.signal.reason ?? error;
    print(`✗ ${cause instanceof Error ? cause.message : cause}`);
    return false;
  } finally {
    await removeRun(createDocker(), run);
    await rm(folder, { recursive: true });
  }
}

async function runChecks(run: Run, signal: AbortSignal): Promise<boolean> {
  const docker = createDocker(signal);
  const report = createReport(signal);
  await buildImages(docker, run);
  await checkContents(docker, run, report);
  const url = await startContainers(docker, run);
  await report.check('the health check says healthy', () => becomesHealthy(docker, run));
  await report.check('half of the memory is left while idle', () => idleMemory(docker, run));
  await checkBehaviour(docker, run, url, report);
  await checkShutdown(docker, run, url, report);
  return report.summary();
}
