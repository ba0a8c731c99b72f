import { load, median } from './load.ts';
import { OPERATIONS } from './operations.ts';
import { type MeasuredProcess, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// Time from start to the first answer, and resident memory under a stream of requests, of the bundle
// run as the container runs it. npm run bench:footprint

const STARTS = 11;
/** What the image's settings come to in a container of 256 MB. */
const NODE_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=192'];
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
const start = (flags: string[]) => startProcess([...flags, 'dist/cli.js'], environment);

async function startTime(): Promise<number> {
  const begun = performance.now();
  const service = await start(NODE_FLAGS);
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

async function memoryOf(flags: string[], name: string, requests: number): Promise<void> {
  const service = await start(flags);
  const found = await memory(service, name, requests);
  await service.stop();
  print(`${requests} ${name}, node ${flags.join(' ') || 'without flags'}: ${found.join(', ')} MB`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const times: number[] = [];
for (let run = 0; run < STARTS; run++) times.push(await startTime());
print(describeMachine());
print(`Start to first answer, median of ${STARTS}: ${Math.round(median(times))} ms`);
for (const flags of [NODE_FLAGS, []]) {
  await memoryOf(flags, 'get_item', 100_000);
  await memoryOf(flags, 'scan', 1_000);
}
await stub.stop();
