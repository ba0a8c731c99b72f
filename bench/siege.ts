import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CONTAINER_MEGABYTES, imageSettings } from './image-settings.ts';
import { median } from './load.ts';
import { startProcess } from './processes.ts';

// What requests that mean ill, all at once, do to the bundle as the image runs it: its memory, and
// how long /health takes, asked by a process of its own. npm run bench:siege [-- SECONDS]

const SECONDS = Number(process.argv[2] ?? 60);
const SAMPLE_MS = 100;
const HELD_UPLOADS = 40;
const HELD_BYTES = 15_000_000;
const DEAF_READERS = 30;

const repeat = (text: string, times: number) => Array(times).fill(text).join(',');
const wide = (members: number) =>
  Array.from({ length: members }, (_, n) => `"a${n}":${n}`).join(',');

/** Tools and bodies, each of which took too much of something once. */
const BODIES: readonly (readonly [string, string])[] = [
  ['batch_get_item', `{"keys":[${repeat('0', 2_000_000)}]}`],
  ['batch_get_item', `{"keys":[${repeat('{"PK":"a","SK":"b"}', 100_000)}]}`],
  ['batch_write_item', `{"put":[${repeat('0', 2_000_000)}]}`],
  ['update_item', `{"key":{"PK":"a","SK":"b"},"remove":[${repeat('""', 2_600_000)}]}`],
  ['scan', `{"filter_expression":"${'a = :a OR '.repeat(1_500_000)}"}`],
  ['put_item', `[${repeat('{}', 4_000_000)},1e0]`],
  ['put_item', `{"item":{"PK":"a","SK":"b",${wide(30_000)}}}`],
  ['put_item', `{"item":{${wide(1_200_000)}}}`],
  ['put_item', `{"item":{"PK":"a","SK":"b","text":"${'x'.repeat(390_000)}"}}`],
  ['put_item', '['.repeat(1_000_000)],
  ['scan', '{"max_items":1000000}'],
  ['scan', '{"max_items":1000000}'],
  ['scan', '{"limit":5000}'],
  ['query', '{"key_condition":"PK = :p","expression_values":{":p":"a"},"max_items":100000}'],
];

const stub = await startProcess(['bench/stub-dynamodb.ts'], { ENDLESS: 'true' });
const service = await startProcess(['dist/cli.js'], {
  ...imageSettings(),
  HOST: '127.0.0.1',
  PORT: '8206',
  LOG_LEVEL: 'WARNING',
  DYNAMODB_ENDPOINT_URL: stub.url,
  DYNAMODB_TABLE_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});
const { port, hostname } = new URL(service.url);
const until = performance.now() + SECONDS * 1_000;
const statuses: Record<string, number> = {};
const count = (what: string | number) => {
  statuses[what] = (statuses[what] ?? 0) + 1;
};
const post = (tool: string, length: number) =>
  `POST /tools/${tool} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
  `content-length: ${length}\r\n\r\n`;

/** Sends bodies one after the other, each from where the last sender left off. */
async function attack(start: number): Promise<void> {
  for (let turn = start; performance.now() < until; turn++) {
    const [tool, body] = BODIES[turn % BODIES.length] ?? ['scan', '{}'];
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${service.url}/tools/${tool}`, { method: 'POST', headers, body });
      count(answer.status);
      await answer.bytes();
    } catch {
      count('cut off');
    }
  }
}

/** A connection that is opened anew whenever it is closed. */
async function hold(use: (socket: Socket) => void): Promise<void> {
  while (performance.now() < until) {
    const socket = connect(Number(port), hostname).on('error', () => {});
    use(socket);
    const timer = setTimeout(() => socket.destroy(), Math.max(0, until - performance.now()));
    await new Promise((resolve) => socket.once('close', resolve));
    clearTimeout(timer);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
}

const upload = Buffer.alloc(HELD_BYTES, ' ');
const holdUpload = () =>
  hold((socket) => {
    socket.resume().write(post('put_item', HELD_BYTES + 1));
    socket.write(upload);
  });
const neverRead = () =>
  hold((socket) => {
    const body = '{"max_items":1000000}';
    socket.pause().write((post('scan', body.length) + body).repeat(8));
  });

const PROBE = `
  const times = [];
  process.on('SIGTERM', () => { console.log(JSON.stringify(times)); process.exit(); });
  for (;;) {
    const begun = performance.now();
    await fetch('${service.url}/health').then((answer) => answer.bytes(), () => times.push(Infinity));
    times.push(Math.round(performance.now() - begun));
    await new Promise((resolve) => setTimeout(resolve, ${SAMPLE_MS}));
  }`;

/** Times of /health in milliseconds. */
async function endProbe(probe: ChildProcess): Promise<number[]> {
  probe.kill('SIGTERM');
  const [printed] = probe.stdout ? await once(probe.stdout, 'data') : ['[]'];
  return JSON.parse(String(printed));
}

const probe = spawn(process.execPath, ['--input-type=module', '--eval', PROBE], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await Promise.all([
  ...Array.from({ length: 24 }, (_, n) => attack(n)),
  ...Array.from({ length: HELD_UPLOADS }, holdUpload),
  ...Array.from({ length: DEAF_READERS }, neverRead),
]);
const times = await endProbe(probe);
const peak = Math.round(service.peakMemory() / 2 ** 20);
process.stdout.write(
  `${SECONDS} s: peak ${peak} MiB of ${CONTAINER_MEGABYTES}; /health median ${median(times)} ms, ` +
    `longest ${Math.max(...times)} ms of ${times.length}; answers ${JSON.stringify(statuses)}\n`,
);
await Promise.all([service.stop(), stub.stop()]);
