import { deepStrictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './behaviour.ts';
import { inspect, type Run } from './containers.ts';
import type { Docker } from './docker.ts';
import type { Report } from './report.ts';

const WAIT_MS = 1_000;
const STOP_WITHIN_S = 30;

/** Checks that a stop while DynamoDB is slow loses no answer. The service does not run after it. */
export async function checkShutdown(
  docker: Docker,
  run: Run,
  url: string,
  report: Report,
): Promise<void> {
  await report.check('a stop during a slow request lets the answer arrive', () =>
    stopDuringRequest(docker, run, url),
  );
  await report.check('the container exits with 0 and was never killed', () => ended(docker, run));
}

/** Freezes the engine, so that the request waits for it, until the service was told to stop. */
async function stopDuringRequest(docker: Docker, run: Run, url: string): Promise<string> {
  const request = () => post(`${url}/tools/scan`, { consistent_read: true });
  const undisturbed = await request();
  await docker('pause', run.engine);
  try {
    let answered = false;
    const answer = request().finally(() => {
      answered = true;
    });
    answer.catch(() => {});
    await sleep(WAIT_MS);
    if (answered) throw new Error(`The request was not slow: ${await answer}`);
    const stopped = docker('stop', `--time=${STOP_WITHIN_S}`, run.service);
    stopped.catch(() => {});
    await shuttingDown(docker, run);
    await sleep(WAIT_MS);
    if (answered) throw new Error(`The answer came before the engine's: ${await answer}`);
    await docker('unpause', run.engine);
    // Attributes come in any order.
    deepStrictEqual(JSON.parse(await answer), JSON.parse(undisturbed));
    await stopped;
    return `${undisturbed.length} bytes`;
  } finally {
    await docker('unpause', run.engine).catch(() => {});
  }
}

/** Waits until the service has logged that it was told to stop. */
async function shuttingDown(docker: Docker, { service }: Run): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await docker('logs', '--tail=20', service)).includes('"Shutting down"')) return;
    await sleep(100);
  }
  throw new Error('It did not notice that it was told to stop');
}

async function ended(docker: Docker, { service }: Run): Promise<string> {
  const format = '{{.State.Status}} with {{.State.ExitCode}}, out of memory: {{.State.OOMKilled}}';
  const state = await inspect(docker, service, format);
  if (state !== 'exited with 0, out of memory: false') throw new Error(state);
  return state;
}
