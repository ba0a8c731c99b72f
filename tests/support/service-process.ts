import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT } from '../../src/config.ts';
import type { JsonObject } from '../../src/json/parse.ts';

export const PROJECT = join(import.meta.dirname, '../..');

/** Of dozens of processes only the first compiles the service; variables for all that tests start. */
export const COMPILED_ONCE = {
  NODE_COMPILE_CACHE: join(PROJECT, 'node_modules/.cache/compiled'),
};

const PATIENCE_MS = 20_000;
/** What was started and has not ended, with what waits for its end. */
const running = new Map<ChildProcess, Promise<unknown>>();

/** How a process ended, and all it printed. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The service in a process, and a process group, of its own. */
export interface ServiceProcess {
  /** Waits until the service says where it listens. */
  url(): Promise<string>;
  /** The lines logged so far. */
  logs(): JsonObject[];
  /** Waits for a logged line with this message. */
  logged(message: RegExp): Promise<JsonObject>;
  signal(signal: NodeJS.Signals): void;
  /** Signals all processes of the group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void;
  exit(): Promise<Exit>;
}

export interface ProcessOptions {
  environment?: Record<string, string>;
  /** Instead of `node src/cli.ts`, in the project's folder. */
  npm?: boolean;
  /** Where it runs, with the `.env` there. */
  folder?: string;
  /** As whom it runs, where the tests may choose. */
  user?: number;
}

/** Starts the CLI with arguments, or npm with a script; no `.env` and no settings are inherited. */
export function startProcess(args: string[], options: ProcessOptions = {}): ServiceProcess {
  const [command, ...rest] = options.npm
    ? ['npm', ...args]
    : [process.execPath, join(PROJECT, 'src/cli.ts'), ...args];
  const child = spawn(command ?? '', rest, {
    cwd: options.folder ?? (options.npm ? PROJECT : tmpdir()),
    detached: true,
    uid: options.user,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...COMPILED_ONCE,
      npm_config_update_notifier: 'false',
      // A developer's .env overrides nothing that is set, be it to nothing.
      ...(!options.folder && {
        ...Object.fromEntries(Object.keys(ENVIRONMENT.shape).map((name) => [name, ''])),
        HOST: '127.0.0.1',
        PORT: '0',
        DRAIN_DELAY_MS: '0',
      }),
      ...options.environment,
    },
  });
  const exited = once(child, 'close').finally(() => running.delete(child));
  running.set(child, exited);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const logs = () => stdout.split('\n').slice(0, -1).flatMap(parseLine);
  const logged = (message: RegExp) =>
    Promise.race([
      waitFor(() => logs().find((line) => message.test(String(line.message)))),
      exited.then(() => Promise.reject(new Error(`It ended: ${stdout}${stderr}`))),
    ]);
  return {
    logs,
    logged,
    url: async () => String((await logged(/^Listening on /)).message).replace(/^.* /, ''),
    signal: (signal) => void child.kill(signal),
    signalGroup: (signal) => signalGroup(child, signal),
    exit: async () => {
      await exited;
      return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
    },
  };
}

/** Kills what the tests started and left running. */
export async function killProcesses(): Promise<void> {
  for (const child of running.keys()) signalGroup(child, 'SIGKILL');
  await Promise.all(running.values());
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    const ended = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!ended) throw error;
  }
}

function parseLine(line: string): JsonObject[] {
  return line.startsWith('{') ? [JSON.parse(line)] : [];
}

/** Waits until a value is there. */
export async function waitFor<Value>(find: () => Value | undefined): Promise<Value> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const value = find();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen in time');
}
