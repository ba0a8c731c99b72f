import { parseArgs } from 'node:util';
import { buildBundleOf } from './against.ts';
import { imageSettings } from './image-settings.ts';
import { type LoadRequest, load, median } from './load.ts';
import { item, OPERATIONS } from './operations.ts';
import { ENVIRONMENT as environment, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// How long get_item takes while others read pages of 1 MB and write batches of 1,000 items, of the
// bundle as the image runs it, and with --against REVISION of that of another revision, by turns.
// npm run bench:tail [-- --against REVISION]; ROUNDS=n

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const REQUESTS = 1_500;
const CONNECTIONS = 4;

const named = (name: string): LoadRequest => {
  const operation = OPERATIONS.find((candidate) => candidate.name === name);
  if (!operation) throw new Error(`Unknown operation ${name}`);
  return operation;
};
const batch: LoadRequest = {
  path: '/tools/batch_write_item',
  make: (n) => ({ put: Array.from({ length: 1_000 }, (_, k) => item(n * 1_000 + k)) }),
};
/** What goes on beside: requests, and over how many connections. */
const BESIDE: Record<string, [LoadRequest, number][]> = {
  'pages of 1 MB': [[named('scan'), 4]],
  'batches of 1,000': [[batch, 1]],
  both: [
    [named('scan'), 4],
    [batch, 1],
  ],
};

const { against } = parseArgs({ options: { against: { type: 'string' } } }).values;
const stub = await startProcess(['bench/stub-dynamodb.ts'], environment);
const before = against === undefined ? undefined : buildBundleOf(against);
const start = (cli: string, port: number) =>
  startProcess([cli], {
    ...environment,
    ...imageSettings(),
    DYNAMODB_ENDPOINT_URL: stub.url,
    PORT: String(port),
  });
const servers = {
  service: await start('dist/cli.js', 8241),
  ...(before && { before: await start(before.cli, 8242) }),
};

/** Goes on until it is told to stop, over connections of its own: they are kept by the address. */
async function beside(url: string, requests: [LoadRequest, number][], isOver: () => boolean) {
  const loads = requests.map(async ([request, connections], at) => {
    const own = `${url}#${at}`;
    while (!isOver()) {
      const { failures } = await load(own, request, connections, connections * 2);
      if (failures > 0) throw new Error(`${failures} requests beside failed.`);
    }
  });
  await Promise.all(loads);
}

async function round(url: string, requests: [LoadRequest, number][]) {
  let isOver = false;
  const others = beside(url, requests, () => isOver);
  const { p50, p99, failures } = await load(url, named('get_item'), CONNECTIONS, REQUESTS);
  isOver = true;
  await others;
  if (failures > 0) throw new Error(`${failures} requests failed.`);
  return { p50, p99 };
}

process.stdout.write(`${describeMachine()}, ${ROUNDS} rounds\n`);
for (const [name, requests] of Object.entries(BESIDE)) {
  const times: Record<string, { p50: number; p99: number }[]> = {};
  for (let turn = 0; turn <= ROUNDS; turn++) {
    for (const [server, { url }] of Object.entries(servers)) {
      const time = await round(url, requests);
      // The first is for the compiler.
      if (turn > 0) times[server] = [...(times[server] ?? []), time];
    }
  }
  const told = Object.entries(times).map(([server, found]) => {
    const [p50, p99] = [
      median(found.map((each) => each.p50)),
      median(found.map((each) => each.p99)),
    ];
    return `${server} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  });
  process.stdout.write(`get_item beside ${name}: ${told.join('; ')}\n`);
}
await Promise.all([...Object.values(servers), stub].map((server) => server.stop()));
before?.remove();
