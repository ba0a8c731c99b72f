import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { type LoadResult, load, median } from './load.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { type MeasuredProcess, startProcess } from './processes.ts';

// CPU time a request of this service, of the naive server, of a loop that calls the document client
// in its own process, and of Fastify with a canned answer; in alternating rounds of one run, against
// a stub of DynamoDB. npm run bench [operation …]; ROUNDS=n; a table and, with JSON=1, JSON.

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const CONNECTIONS = [1, 32, 256];
const LATENCY_CONNECTIONS = 32;

/** What was measured of one operation, a value per round. */
type Costs = Record<string, number[]>;

const stub = await startProcess(['bench/stub-dynamodb.ts']);
const environment = {
  HOST: '127.0.0.1',
  DYNAMODB_ENDPOINT_URL: stub.url,
  DYNAMODB_TABLE_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
const servers: Record<string, MeasuredProcess> = {
  lean: await startProcess(['dist/cli.js'], {
    ...environment,
    PORT: '8201',
    DYNAMODB_TRANSPORT: 'lean',
  }),
  sdk: await startProcess(['dist/cli.js'], {
    ...environment,
    PORT: '8202',
    DYNAMODB_TRANSPORT: 'sdk',
  }),
  naive: await startProcess(['bench/naive.ts'], { ...environment, PORT: '8203' }),
  floor: await startProcess(['bench/floor.ts'], { ...environment, PORT: '8204' }),
};

/** One round of an operation over all servers, and the loop without a server. */
async function measureRound(operation: Operation, costs: Costs, counts: boolean): Promise<void> {
  for (const [name, server] of Object.entries(servers)) {
    const before = server.cpuMicroseconds();
    const { requests, failures } = await load(
      server.url,
      operation,
      LATENCY_CONNECTIONS,
      operation.requests,
    );
    if (failures > 0) throw new Error(`${name} ${operation.name}: ${failures} requests failed`);
    if (counts)
      costs[name] = [...(costs[name] ?? []), (server.cpuMicroseconds() - before) / requests];
  }
  const direct = execFileSync(
    process.execPath,
    ['bench/direct.ts', operation.name, String(operation.requests)],
    {
      env: { ...process.env, ...environment },
    },
  );
  if (counts) costs.direct = [...(costs.direct ?? []), Number(direct)];
}

/** The median over rounds of one round's ratio, so that what slows both is not seen. */
function ratio(costs: Costs, name: string, to: string): number {
  const others = costs[to] ?? [];
  return median((costs[name] ?? []).map((cost, round) => cost / (others[round] ?? Number.NaN)));
}

async function latencies(operation: Operation): Promise<Record<string, LoadResult>> {
  const results: Record<string, LoadResult> = {};
  for (const connections of CONNECTIONS) {
    for (const name of ['lean', 'naive']) {
      const { url } = servers[name] ?? { url: '' };
      results[`${name} ${connections}`] = await load(
        url,
        operation,
        connections,
        operation.requests,
      );
    }
  }
  return results;
}

const wanted = process.argv.slice(2);
const operations = OPERATIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const report = [];
for (const operation of operations) {
  const costs: Costs = {};
  // The first round warms up and is not counted.
  for (let round = 0; round <= ROUNDS; round++) await measureRound(operation, costs, round > 0);
  report.push({
    operation: operation.name,
    microseconds: Object.fromEntries(
      Object.entries(costs).map(([name, values]) => [name, Math.round(median(values))]),
    ),
    ratios: Object.fromEntries(
      ['naive', 'direct', 'sdk', 'floor'].map((to) => [
        to,
        Number(ratio(costs, 'lean', to).toFixed(2)),
      ]),
    ),
    latencies: await latencies(operation),
  });
}
const memory = Object.fromEntries(
  Object.entries(servers).map(([name, server]) => [name, Math.round(server.peakMemory() / 1e6)]),
);
await Promise.all(Object.values(servers).map((server) => server.stop()));
await stub.stop();

const print = (line: string) => process.stdout.write(`${line}\n`);
print(
  `${cpus()[0]?.model} × ${cpus().length}, Linux ${release()}, Node ${process.version}, ${ROUNDS} rounds\n`,
);
print(
  '| operation | lean µs | sdk µs | naive µs | direct µs | floor µs | lean/naive | lean/direct |',
);
print('|---|---|---|---|---|---|---|---|');
for (const { operation, microseconds: m, ratios: r } of report) {
  print(
    `| ${operation} | ${m.lean} | ${m.sdk} | ${m.naive} | ${m.direct} | ${m.floor} | ${r.naive} | ${r.direct} |`,
  );
}
print(
  '\n| operation | server, connections | requests/s | p50 ms | p99 ms | failures |\n|---|---|---|---|---|---|',
);
for (const { operation, latencies: all } of report) {
  for (const [name, { perSecond, p50, p99, failures }] of Object.entries(all)) {
    print(`| ${operation} | ${name} | ${Math.round(perSecond)} | ${p50} | ${p99} | ${failures} |`);
  }
}
print(`\nPeak resident memory, MB: ${JSON.stringify(memory)}`);
if (process.env.JSON) print(JSON.stringify({ report, memory }));
