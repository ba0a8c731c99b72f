import { createServer } from 'node:http';
import { load, median } from './load.ts';
import { OPERATIONS } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// What telemetry costs: CPU time a request of get_item and of a query of 100 items, without it, with
// metrics for Prometheus, and with metrics and a tenth of the traces to a collector; in alternating
// slices of one run against the stub. npm run bench:telemetry; ROUNDS=n, TOOLS=get_item.

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const SLICES = 8;
const CONNECTIONS = 32;
const WARM_UP_ROUNDS = 4;

const collector = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
}).listen(8226, '127.0.0.1');

const tools = (process.env.TOOLS ?? 'get_item,query').split(',');
const operations = OPERATIONS.filter(({ name }) => tools.includes(name));
const backend = await startProcess(['bench/stub-dynamodb.ts'], environment);
const start = (port: number, more = {}) =>
  startProcess(['dist/cli.js'], {
    ...environment,
    DYNAMODB_ENDPOINT_URL: backend.url,
    PORT: String(port),
    ...more,
  });
const servers: Record<string, MeasuredProcess> = {
  off: await start(8221),
  metrics: await start(8222, { METRICS_PORT: '8223' }),
  traces: await start(8224, {
    METRICS_PORT: '8225',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:8226/v1/traces',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  }),
};

async function slice(name: string, operation: (typeof operations)[number], requests: number) {
  const server = servers[name];
  if (!server) throw new Error(name);
  const before = server.cpuMicroseconds();
  const done = await load(server.url, operation, CONNECTIONS, requests);
  if (done.failures > 0) throw new Error(`${name} ${operation.name}: ${done.failures} failed`);
  return (server.cpuMicroseconds() - before) / done.requests;
}

process.stdout.write(`${describeMachine()}, ${ROUNDS} rounds\n`);
for (const operation of operations) {
  const costs: Record<string, number[]> = {};
  for (const name in servers) await slice(name, operation, WARM_UP_ROUNDS * operation.requests);
  for (let round = 0; round < ROUNDS; round++) {
    const sums: Record<string, number> = {};
    for (let at = 0; at <= SLICES; at++) {
      for (const name in servers) {
        const cost = await slice(name, operation, operation.requests / SLICES);
        if (at > 0) sums[name] = (sums[name] ?? 0) + cost / SLICES;
      }
    }
    for (const name in sums) costs[name] = [...(costs[name] ?? []), sums[name] ?? Number.NaN];
  }
  const { off = [], ...others } = costs;
  const told = Object.entries(others).map(([name, values]) => {
    const ratios = values.map((value, round) => value / (off[round] ?? Number.NaN));
    return `${name} ${Math.round(median(values))} µs, ${median(ratios).toFixed(3)} of off`;
  });
  process.stdout.write(
    `${operation.name}: off ${Math.round(median(off))} µs; ${told.join('; ')}\n`,
  );
}
await Promise.all([...Object.values(servers), backend].map((server) => server.stop()));
collector.close();
collector.closeAllConnections();
