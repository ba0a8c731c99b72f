import { imageSettings, type Settings } from './image-settings.ts';
import { load, median } from './load.ts';
import { OPERATIONS } from './operations.ts';
import { type MeasuredProcess, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// Time from start to the first answer, and resident memory under a stream of requests, of the bundle
// run as the container runs it. npm run bench:footprint

const STARTS = 11;
const CONNECTIONS = 32;

const stub = await startProcess(['bench/stub-dynamodb.ts']);
const environment = {
  HOST: '127.0.0.1',
  PORT: '8205',
  DYNAMODB_ENDPOINT_URL: stub.url,
  DYNAMODB_TABLE_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
const start = (settings: Settings) =>
  startProcess(['dist/cli.js'], { ...environment, ...settings });

async function startTime(settings: Settings): Promise<number> {
  const begun = performance.now();
  const service = await start(settings);
  const time = performance.now() - begun;
  await service.stop();
  return time;
}

/** Resident megabytes at the start and after each fifth of the requests. */
async function memory(service: MeasuredProcess, name: string, requests: number): Promise<number[]> {
  const operation = OPERATIONS.find((candidate) => candidate.name === name);
  if (!operation) throw new Error(`Unknown operation ${name}`);
  const megabytes = () => Math.round(service.memory() / 1e6);
  const found = [megabytes()];
  for (let part = 0; part < 5; part++) {
    await load(service.url, operation, CONNECTIONS, requests / 5);
    found.push(megabytes());
  }
  return found;
}

async function memoryOf(settings: Settings, name: string, requests: number): Promise<void> {
  const service = await start(settings);
  const found = await memory(service, name, requests);
  await service.stop();
  print(`${requests} ${name}: ${found.join(', ')} MB`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print(describeMachine());
for (const [name, settings] of [
  ['As the image runs it', imageSettings()],
  ['As it is', {}],
] as const) {
  const words = Object.entries(settings).map(([variable, value]) => `${variable}=${value}`);
  print([`${name}:`, ...words].join(' '));
  const times: number[] = [];
  for (let run = 0; run < STARTS; run++) times.push(await startTime(settings));
  print(`start to first answer, median of ${STARTS}: ${Math.round(median(times))} ms`);
  await memoryOf(settings, 'get_item', 100_000);
  await memoryOf(settings, 'scan', 1_000);
}
await stub.stop();
