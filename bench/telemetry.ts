import { createServer } from 'node:http';
import { compareByTurns } from './by-turns.ts';
import { OPERATIONS } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';

// What telemetry costs: CPU time a request of get_item and of a query of 100 items, without it, with
// metrics for Prometheus, and with metrics and a tenth of the traces to a collector; in alternating
// slices of one run against the stub. npm run bench:telemetry; ROUNDS=n, TOOLS=get_item.

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

await compareByTurns(servers, operations);
await Promise.all([...Object.values(servers), backend].map((server) => server.stop()));
collector.close();
collector.closeAllConnections();
