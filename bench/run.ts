import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildBundleOf } from './against.ts';
import { type LoadResult, load, median } from './load.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';
import { type OperationReport, renderReport } from './report.ts';

// CPU time a request of this service, next to a naive server, to loops in the caller's own process
// and to the floor, in alternating rounds of one run; then latencies. Against a stub of DynamoDB, or
// with --embedded against the embedded database. With --against REVISION only next to the bundle of
// another revision. npm run bench [-- --embedded] [--against REVISION] [operation …]; ROUNDS=n,
// JSON=file.

const ROUNDS = Number(process.env.ROUNDS ?? 7);
/** The compiler settles in the first tens of thousands of requests, which are not counted. */
const WARM_UP_ROUNDS = 4;
const LATENCY_CONNECTIONS = [1, 32, 256];
const LOAD_CONNECTIONS = 32;
/** Parts of a round. */
const SLICES = 8;

/** Microseconds of CPU time a request, a value per round, by what was measured. */
type Costs = Record<string, number[]>;

const {
  values: { embedded, against },
  positionals: wanted,
} = parseArgs({
  allowPositionals: true,
  options: { embedded: { type: 'boolean', default: false }, against: { type: 'string' } },
});
const operations = OPERATIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const backend = await startProcess(
  [embedded ? 'bench/embedded.ts' : 'bench/stub-dynamodb.ts'],
  environment,
);
const ofBackend = { ...environment, DYNAMODB_ENDPOINT_URL: backend.url };
const start = (script: string, port: number, more = {}) =>
  startProcess([script], { ...ofBackend, PORT: String(port), ...more });
const before = against === undefined ? undefined : buildBundleOf(against);
const servers: Record<string, MeasuredProcess> = before
  ? { service: await start('dist/cli.js', 8201), before: await start(before.cli, 8205) }
  : {
      service: await start('dist/cli.js', 8201),
      sdk: await start('dist/cli.js', 8202, { DYNAMODB_TRANSPORT: 'sdk' }),
      naive: await start('bench/naive.ts', 8203),
      fastify: await start('bench/floor.ts', 8204),
    };
const LOOPS = before ? {} : { direct: 'bench/direct.ts', undici: 'bench/undici-loop.ts' };
/** What the service is compared with. */
const OTHERS = before ? ['before'] : ['naive', 'direct', 'floor', 'sdk'];

/**
 * One round of an operation: the servers by turns in short slices, so that what slows the machine
 * slows all of them; the first slice, after an idle time, is not counted. Then the loops.
 */
async function measureRound(operation: Operation): Promise<Record<string, number>> {
  const costs: Record<string, number> = {};
  for (let slice = 0; slice <= SLICES; slice++) {
    for (const [name, server] of Object.entries(servers)) {
      const cost = await measureSlice(name, server, operation);
      if (slice > 0) costs[name] = (costs[name] ?? 0) + cost / SLICES;
    }
  }
  for (const [name, script] of Object.entries(LOOPS)) {
    const loop = [script, operation.name, String(operation.requests)];
    const env = { ...process.env, ...ofBackend };
    costs[name] = Number(execFileSync(process.execPath, loop, { env }));
  }
  if (!before) costs.floor = (costs.fastify ?? 0) + (costs.undici ?? 0);
  return costs;
}

/** Microseconds of CPU time that one request takes a server. */
async function measureSlice(
  name: string,
  server: MeasuredProcess,
  operation: Operation,
): Promise<number> {
  const before = server.cpuMicroseconds();
  const { requests, failures } = await load(
    server.url,
    operation,
    LOAD_CONNECTIONS,
    operation.requests / SLICES,
  );
  if (failures > 0) throw new Error(`${name} ${operation.name}: ${failures} failed`);
  return (server.cpuMicroseconds() - before) / requests;
}

/** Every server serves all that is measured, before anything is. */
async function warmUp(): Promise<void> {
  for (const server of Object.values(servers)) {
    for (const operation of operations) {
      await load(server.url, operation, LOAD_CONNECTIONS, WARM_UP_ROUNDS * operation.requests);
    }
  }
}

/** The median over rounds of one round's ratio, so that what slows both is not seen. */
function ratio(costs: Costs, to: string): number {
  const others = costs[to] ?? [];
  return median((costs.service ?? []).map((cost, round) => cost / (others[round] ?? Number.NaN)));
}

async function latencies(operation: Operation): Promise<Record<string, LoadResult>> {
  const results: Record<string, LoadResult> = {};
  for (const connections of LATENCY_CONNECTIONS) {
    for (const name of ['service', before ? 'before' : 'naive']) {
      const url = servers[name]?.url ?? '';
      const requests = Math.max(operation.requests, 2 * connections);
      // Connecting is not part of it.
      await load(url, operation, connections, connections);
      results[`${name}, ${connections}`] = await load(url, operation, connections, requests);
    }
  }
  return results;
}

async function measure(operation: Operation): Promise<OperationReport> {
  const costs: Costs = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, cost] of Object.entries(await measureRound(operation))) {
      costs[name] = [...(costs[name] ?? []), cost];
    }
  }
  return {
    operation: operation.name,
    microseconds: Object.fromEntries(
      Object.entries(costs).map(([name, values]) => [name, Math.round(median(values))]),
    ),
    ratios: Object.fromEntries(OTHERS.map((to) => [to, Number(ratio(costs, to).toFixed(2))])),
    latencies: await latencies(operation),
  };
}

await warmUp();
const reports: OperationReport[] = [];
for (const operation of operations) reports.push(await measure(operation));
const peakMegabytes = Object.fromEntries(
  Object.entries(servers).map(([name, server]) => [name, Math.round(server.peakMemory() / 1e6)]),
);
await Promise.all([...Object.values(servers), backend].map((server) => server.stop()));
before?.remove();

const report = { backend: embedded ? 'embedded database' : 'stub', rounds: ROUNDS, reports };
if (process.env.JSON) {
  writeFileSync(process.env.JSON, `${JSON.stringify({ ...report, peakMegabytes }, null, 2)}\n`);
}
process.stdout.write(renderReport(report, peakMegabytes));
