import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from './docker.ts';

/** How long the container may take until its own check says healthy, its start included. */
const HEALTHY_WITHIN_MS = 3_000;
const PATIENCE_MS = 60_000;

/** No more than a task needs: nothing to write to, no rights, little memory. */
const CONFINEMENT = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--memory-swap=256m',
  '--init',
];

const SETTINGS = [
  '--env=AWS_ACCESS_KEY_ID=local',
  '--env=AWS_SECRET_ACCESS_KEY=local',
  '--env=DYNAMODB_ENDPOINT_URL=http://engine:8000',
];

/** What one run makes. All of it has the label, by which it is removed. */
export interface Run {
  label: string;
  image: string;
  base: string;
  network: string;
  engine: string;
  service: string;
  /** A folder of its own for files in between. */
  folder: string;
}

export function describeRun(id: string, folder: string): Run {
  return {
    label: `dynamodb-mcp-server.image-check=${id}`,
    image: `dynamodb-mcp-server:image-check-${id}`,
    base: `dynamodb-mcp-server:image-check-${id}-base`,
    network: `image-check-${id}`,
    engine: `image-check-${id}-engine`,
    service: `image-check-${id}-service`,
    folder,
  };
}

/** Builds the image, and its base by itself, so that the two can be compared. */
export async function buildImages(docker: Docker, run: Run): Promise<void> {
  const { NODE_IMAGE } = process.env;
  const options = [
    `--label=${run.label}`,
    ...(NODE_IMAGE ? [`--build-arg=NODE_IMAGE=${NODE_IMAGE}`] : []),
  ];
  await docker('build', ...options, `--tag=${run.image}`, '.');
  const [argument] = /^ARG NODE_IMAGE=.*$/m.exec(await readFile('Dockerfile', 'utf8')) ?? [];
  await writeFile(path.join(run.folder, 'Dockerfile'), `${argument}\nFROM \${NODE_IMAGE}\n`);
  await docker('build', ...options, `--tag=${run.base}`, run.folder);
}

/** Starts an engine, has the image create its table there, and starts the service; gives its URL. */
export async function startContainers(docker: Docker, run: Run): Promise<string> {
  const engine = process.env.TEST_DYNAMODB_LOCAL_IMAGE || 'amazon/dynamodb-local';
  const place = [`--label=${run.label}`, `--network=${run.network}`];
  const confined = [...place, ...CONFINEMENT, ...SETTINGS];
  await docker('network', 'create', `--label=${run.label}`, run.network);
  await docker(
    ...['run', '--detach', `--name=${run.engine}`, '--network-alias=engine', ...place],
    ...[engine, '-jar', 'DynamoDBLocal.jar', '-sharedDb', '-inMemory'],
  );
  await docker(
    ...['run', ...confined],
    ...[run.image, 'node', 'cli.js', 'create-table', '--wait', '60'],
  );
  await docker(
    ...['run', '--detach', `--name=${run.service}`, '--publish=127.0.0.1::8002', ...confined],
    run.image,
  );
  return `http://${await docker('port', run.service, '8002')}`;
}

/** Checks that the image's own health check says healthy in time, by Docker's own clock. */
export async function becomesHealthy(docker: Docker, { service }: Run): Promise<string> {
  const patience = performance.now() + PATIENCE_MS;
  while ((await inspect(docker, service, '{{.State.Health.Status}}')) !== 'healthy') {
    const running = (await inspect(docker, service, '{{.State.Status}}')) === 'running';
    if (!running || performance.now() > patience) {
      throw new Error(`It did not become healthy: ${await docker('logs', '--tail=5', service)}`);
    }
    await sleep(250);
  }
  const format = '{{json .State.StartedAt}} {{json .State.Health.Log}}';
  const [startedAt = '', ...log] = (await inspect(docker, service, format)).split(' ');
  const milliseconds = healthyAfter(JSON.parse(startedAt), JSON.parse(log.join(' ')));
  if (milliseconds > HEALTHY_WITHIN_MS) throw new Error(`healthy only after ${milliseconds} ms`);
  return `after ${milliseconds} ms`;
}

/** What Docker keeps of a run of a health check. */
export interface HealthCheckRun {
  End: string;
  ExitCode: number;
}

/** Milliseconds from the start of a container to the end of its first check that passed. */
export function healthyAfter(startedAt: string, log: readonly HealthCheckRun[]): number {
  const passed = log.find(({ ExitCode }) => ExitCode === 0);
  return passed ? Date.parse(passed.End) - Date.parse(startedAt) : Number.POSITIVE_INFINITY;
}

/** A value of what Docker knows about a container. */
export function inspect(docker: Docker, container: string, format: string): Promise<string> {
  return docker('container', 'inspect', `--format=${format}`, container);
}

/** Removes everything that has the run's label, also what the engine is still busy with. */
export async function removeRun(docker: Docker, { label }: Run): Promise<void> {
  const kinds = [
    { list: ['ps', '--all'], remove: ['rm', '--force', '--volumes'] },
    { list: ['network', 'ls'], remove: ['network', 'rm'] },
    { list: ['image', 'ls'], remove: ['image', 'rm', '--force'] },
  ];
  for (const { list, remove } of kinds) {
    const removeListed = async () => {
      const ids = await docker(...list, '--quiet', `--filter=label=${label}`);
      if (ids === '') return true;
      await docker(...remove, ...new Set(ids.split('\n'))).catch(() => {});
      return false;
    };
    for (let attempt = 0; attempt < 20 && !(await removeListed()); attempt += 1) await sleep(250);
  }
}
