import { deepStrictEqual } from 'node:assert/strict';
import type { JsonObject } from '../../src/json/parse.ts';
import { SAMPLE_ITEMS } from '../../src/local/sample-items.ts';
import { CALLS, lasting, type ReadmeCall } from '../../tests/support/readme-calls.ts';
import type { Run } from './containers.ts';
import type { Docker } from './docker.ts';
import type { Report } from './report.ts';

const BURST = { callers: 25, calls: 20 };
const MOST_MEMORY_PERCENT = 75;
const LEAST_IDLE_MARGIN_MIB = 128;
const ABOUT_VECTORS = new Set(['/tools/search_vectors', '/tools/describe_table']);

/** Prints what the kernel knows of every process inside, and where a file can be written. */
const PROBE = `
  const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
  const processes = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) =>
    Object.fromEntries(readFileSync('/proc/' + pid + '/status', 'utf8').split('\\n')
      .map((line) => line.split(/:\\s*/))));
  const writable = ['/', '/app', '/tmp', '/home', '/var/tmp'].filter((folder) => {
    try { writeFileSync(folder + '/probe', ''); return true; } catch { return false; }
  });
  console.log(JSON.stringify({ processes, writable }));
`;

interface Probe {
  processes: Record<'Name' | 'Uid' | 'Gid' | 'CapEff' | 'NoNewPrivs', string>[];
  writable: string[];
}

/** Checks how the service answers in its confinement, and that it is confined. */
export async function checkBehaviour(
  docker: Docker,
  run: Run,
  url: string,
  report: Report,
): Promise<void> {
  await report.check('the calls of the docs answer as documented', () => readmeCalls(url));
  await report.check('no process has rights, nothing is writable', () => confined(docker, run));
  await report.check('a burst of requests fits into the memory', async () => {
    await burst(url);
    return memory(docker, run);
  });
}

/** Sends JSON to a path of the service; throws unless it answers 200. */
export async function post(url: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return text;
}

async function readmeCalls(url: string): Promise<string> {
  await post(`${url}/tools/batch_write_item`, { put: SAMPLE_ITEMS });
  // The table that the image creates has no vector index.
  const calls = CALLS.filter(({ route }) => !ABOUT_VECTORS.has(route));
  for (const call of calls) await readmeCall(url, call);
  return `${calls.length} calls`;
}

async function readmeCall(url: string, { route, body, headers, reply }: ReadmeCall): Promise<void> {
  const init = { method: 'POST', headers, ...(body !== undefined && { body }) };
  const answered = (await (await fetch(url + route, init)).json()) as JsonObject;
  if (reply) deepStrictEqual(lasting(answered), reply, `${route} ${body}`);
  else if (!answered.success) throw new Error(`${route} ${body}: ${JSON.stringify(answered)}`);
}

async function confined(docker: Docker, { service }: Run): Promise<string> {
  const { processes, writable } = JSON.parse(
    await docker('exec', service, 'node', '-e', PROBE),
  ) as Probe;
  const privileged = processes.filter(
    ({ Uid, CapEff, NoNewPrivs }) =>
      /\b0\b/.test(Uid) || !/^0+$/.test(CapEff) || NoNewPrivs !== '1',
  );
  if (privileged.length > 0) throw new Error(JSON.stringify(privileged));
  if (writable.length > 0) throw new Error(`writable: ${writable.join(', ')}`);
  return processes.map(({ Name, Uid }) => `${Name} is user ${Uid.split('\t')[0]}`).join(', ');
}

async function burst(url: string): Promise<void> {
  const caller = async () => {
    for (let call = 0; call < BURST.calls; call += 1) await post(`${url}/tools/scan`, {});
  };
  await Promise.all(Array.from({ length: BURST.callers }, caller));
}

async function memory(docker: Docker, { service }: Run): Promise<string> {
  const format = '{{.MemPerc}} {{.MemUsage}}';
  const [percent = '', ...usage] = (
    await docker('stats', '--no-stream', `--format=${format}`, service)
  ).split(' ');
  if (!(Number.parseFloat(percent) < MOST_MEMORY_PERCENT)) throw new Error(`${percent} in use`);
  return usage.join(' ');
}

/** Checks that a service that has just started leaves 128 MiB of its 256: room for a burst. */
export async function idleMemory(docker: Docker, run: Run): Promise<string> {
  const stats = await docker('stats', '--no-stream', '--format={{.MemUsage}}', run.service);
  const margin = idleMargin(stats);
  if (!(margin >= LEAST_IDLE_MARGIN_MIB)) throw new Error(`only ${margin} MiB are left: ${stats}`);
  return `${margin} MiB (${stats})`;
}

const MIB: Record<string, number> = { B: 1 / 1_048_576, KiB: 1 / 1_024, MiB: 1, GiB: 1_024 };

/** MiB that are left, of what Docker says as `61.2MiB / 256MiB`; NaN for what it does not say so. */
export function idleMargin(usage: string): number {
  const [used = Number.NaN, limit = Number.NaN] = usage.split('/').map((size) => {
    const [, number, unit = ''] = /^\s*([\d.]+)(\w+)\s*$/.exec(size) ?? [];
    return Number(number) * (MIB[unit] ?? Number.NaN);
  });
  return Math.floor(limit - used);
}
