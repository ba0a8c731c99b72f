import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** The settings that all servers share. */
export const ENVIRONMENT = {
  HOST: '127.0.0.1',
  DYNAMODB_TABLE_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  // As in production.
  CONSOLE: 'false',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

/** A process that is measured from outside. */
export interface MeasuredProcess {
  url: string;
  /** CPU time used so far, in microseconds, user and system. */
  cpuMicroseconds(): number;
  /** Resident memory now, and the largest so far, in bytes. */
  memory(): number;
  peakMemory(): number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

// Also when a measurement fails.
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** Starts a Node process that prints its port, or whose port is given, and waits until it answers. */
export async function startProcess(
  args: string[],
  environment: Record<string, string> = {},
): Promise<MeasuredProcess> {
  if (environment.PORT) await refuseTakenPort(environment.PORT);
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child.once('exit', () => running.delete(child)));
  const port = environment.PORT ?? (await firstLine(child));
  child.stdout?.resume();
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(url);
  return {
    url,
    cpuMicroseconds: () => cpuMicroseconds(child.pid ?? 0),
    memory: () => memory(child.pid ?? 0, 'VmRSS'),
    peakMemory: () => memory(child.pid ?? 0, 'VmHWM'),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The process has no output.');
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk).trim();
}

/** What listens on a port already would be measured in place of the process. */
async function refuseTakenPort(port: string): Promise<void> {
  const answers = await fetch(`http://127.0.0.1:${port}`).then(
    () => true,
    () => false,
  );
  if (answers) throw new Error(`Another process listens on port ${port}.`);
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    try {
      await fetch(`${url}/health`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  throw new Error(`${url} does not answer.`);
}

/** The scheduler counts nanoseconds by thread; the process's own count is in hundredths of a second. */
function cpuMicroseconds(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1_000;
}

function memory(pid: number, kind: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = status.match(new RegExp(`^${kind}:\\s+(\\d+) kB$`, 'm')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
