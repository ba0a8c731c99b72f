import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './loopback.ts';
import type { SupervisedProcess } from './supervise.ts';

/**
 * Runs the engine as the shell's own process, next to a watcher that kills it when the pipe on
 * descriptor 3 ends without a line, as it does however this process ends.
 */
const WITH_WATCHER = '{ read -r line || kill -KILL "$$"; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

const START_MS = 10_000;
const STOP_MS = 2_000;
const POLL_MS = 5;
/** How much of what the engine printed last is kept. */
const KEPT_CHARACTERS = 2_000;

export interface DynoxideCommand extends Address {
  binary: string;
  /** Its database file; in memory without. */
  file: string | undefined;
}

/** Starts Dynoxide and waits until it answers; throws what it printed last where it does not. */
export async function startDynoxideProcess(command: DynoxideCommand): Promise<SupervisedProcess> {
  const { binary, file, host, port } = command;
  const args = [
    binary,
    '--host',
    host,
    '--port',
    String(port),
    ...(file ? ['--db-path', file] : []),
  ];
  // In a session of its own, Ctrl-C does not end it before the service has drained.
  const child = spawn('/bin/sh', ['-c', WITH_WATCHER, 'sh', ...args], {
    detached: true,
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const printed = keepLast(child);
  const ended = once(child, 'exit').then(
    ([code, signal]) => {
      dismissWatcher(child);
      return `${signal ?? `exit code ${code}`}${printed() && `: ${printed()}`}`;
    },
    (error: unknown) => String(error),
  );
  const stop = () => endProcess(child, ended);
  const giveUp = new AbortController();
  const failure = await Promise.race([ended, untilItAnswers(command, giveUp.signal)]);
  giveUp.abort();
  if (failure !== undefined) {
    await stop();
    throw new Error(printed().replace(/^error: /, '') || failure);
  }
  return { pid: child.pid, ended, stop };
}

/** The last lines that the engine prints. */
function keepLast({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-KEPT_CHARACTERS);
  });
  return () => text.replace(/^Dynoxide listening.*$/m, '').trim();
}

/** A line lets the watcher go, whose process has nobody to kill any more. */
function dismissWatcher({ stdio: [, , , pipe] }: ChildProcess): void {
  if (pipe instanceof Socket) pipe.on('error', () => {}).end('\n');
}

/** Undefined once it answers, or what there is to say where it does not. */
async function untilItAnswers({ host, port }: Address, giveUp: AbortSignal) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && !giveUp.aborted) {
    if (await answers(host, port)) return undefined;
    await sleep(POLL_MS);
  }
  return 'it does not answer';
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // An agent of its own, which goes through no proxy.
    const agent = new Agent();
    get({ host, port, agent, timeout: START_MS }, (response) => {
      response.resume();
      resolve(response.headers['x-dynoxide-version'] !== undefined);
    })
      .on('error', () => resolve(false))
      .on('close', () => agent.destroy());
  });
}

/** Asks the process to end, and kills it where it does not. */
async function endProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(killing);
}
