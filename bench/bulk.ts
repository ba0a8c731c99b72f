import { get, request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { imageSettings } from './image-settings.ts';
import { median } from './load.ts';
import { item } from './operations.ts';
import { ENVIRONMENT as environment, type MeasuredProcess, startProcess } from './processes.ts';
import { describeMachine } from './report.ts';

// CPU time an item of exports and imports of 1 KB items, of the bundle as the image runs it and of
// naive loops over the document client, by turns; then the service's memory while it exports and
// imports much. npm run bench:bulk; ROUNDS=n, ITEMS=n

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const ITEMS = Number(process.env.ITEMS ?? 20_000);
const MUCH = 1_000_000;
const LINES_AT_ONCE = 1_000;
const LINE_FEED = 0x0a;

const stub = await startProcess(['bench/stub-dynamodb.ts'], { ENDLESS: '1', KILOBYTE_ITEMS: '1' });
const start = (args: string[], port: number) =>
  startProcess(args, {
    ...environment,
    ...imageSettings(),
    LOG_LEVEL: 'INFO',
    DYNAMODB_ENDPOINT_URL: stub.url,
    PORT: String(port),
  });

/** Reads so many lines of an export that has no end. */
function takeLines(server: MeasuredProcess, lines: number, query = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(`${server.url}/bulk/export${query}`, { agent: false }, (response) => {
      let left = lines;
      response.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1))
          left--;
        if (left > 0) return;
        request.destroy();
        resolve();
      });
    });
    request.on('error', reject);
  });
}

const BODY = Buffer.from(
  Array.from({ length: LINES_AT_ONCE }, (_, n) => `${JSON.stringify({ item: item(n) })}\n`).join(
    '',
  ),
);

/** Sends so many lines, and waits for the reply. */
function sendLines(server: MeasuredProcess, lines: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}/bulk/import`, { method: 'POST', agent: false });
    request.setHeader('content-type', 'application/x-ndjson');
    request.on('response', (response) => {
      let last = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        last = text;
      });
      response.on('end', () => (last.includes('"end"') ? resolve() : reject(new Error(last))));
    });
    request.on('error', reject);
    Readable.from(Array.from({ length: lines / LINES_AT_ONCE }, () => BODY)).pipe(request);
  });
}

const WORK = {
  export: (server: MeasuredProcess, items: number) => takeLines(server, items),
  'export as DynamoDB JSON': (server: MeasuredProcess, items: number) =>
    takeLines(server, items, server === servers.service ? '?format=dynamodb-json' : ''),
  import: sendLines,
};

const servers = {
  service: await start(['dist/cli.js'], 8251),
  naive: await start(['bench/naive-bulk.ts'], 8252),
};

process.stdout.write(`${describeMachine()}, ${ROUNDS} rounds of ${ITEMS} items\n`);
for (const [name, work] of Object.entries(WORK)) {
  const costs: Record<string, number[]> = { service: [], naive: [] };
  const times: Record<string, number[]> = { service: [], naive: [] };
  // The first two are for the compiler.
  for (let round = -2; round < ROUNDS; round++) {
    for (const [server, measured] of Object.entries(servers)) {
      const before = measured.cpuMicroseconds();
      const began = performance.now();
      await work(measured, ITEMS);
      if (round < 0) continue;
      times[server]?.push(((performance.now() - began) * 1_000) / ITEMS);
      costs[server]?.push((measured.cpuMicroseconds() - before) / ITEMS);
    }
  }
  const [service, naive] = [costs.service ?? [], costs.naive ?? []];
  const ratios = service.map((cost, round) => (naive[round] ?? Number.NaN) / cost);
  process.stdout.write(
    `${name}: service ${median(service).toFixed(1)} µs of CPU an item, naive ${median(naive).toFixed(1)} µs, ${median(ratios).toFixed(2)} times as many items a CPU second; ${median(times.service ?? []).toFixed(1)} and ${median(times.naive ?? []).toFixed(1)} µs in all\n`,
  );
}
await servers.naive.stop();
await servers.service.stop();
for (const [name, work] of Object.entries(WORK)) {
  const service = await start(['dist/cli.js'], 8253);
  const found: number[] = [];
  for (let part = 0; part < 5; part++) {
    await work(service, MUCH / 5);
    found.push(Math.round(service.memory() / 1e6));
  }
  const peak = Math.round(service.peakMemory() / 1e6);
  process.stdout.write(
    `${MUCH} items, ${name}: ${found.join(', ')} MB after each fifth, ${peak} MB at most\n`,
  );
  await service.stop();
}
await stub.stop();
