import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { buildConsole } from './build-console.ts';

// npm run dev: the service with the embedded database, started again whenever its source changes.
// What ends by itself before that, be it --help or a start that fails, ends this too.

const SETTLE_MS = 100;
/** Once is enough: a change of the source is no wish to lose what was stored since. */
const ONLY_AT_FIRST = '--reset';

const given = process.argv.slice(2);
await buildConsole();
let service = start(given);
let changed: NodeJS.Timeout | undefined;

watch('src', { recursive: true }, () => {
  clearTimeout(changed);
  changed = setTimeout(() => void restart(), SETTLE_MS);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    clearTimeout(changed);
    service.removeAllListeners('exit').on('exit', end);
    if (!service.kill(signal)) process.exit();
  });
}

function start(args: string[]): ChildProcess {
  const started = spawn(process.execPath, ['src/cli.ts', '--local', ...args], { stdio: 'inherit' });
  return started.on('exit', args === given ? end : waitForChange);
}

async function restart(): Promise<void> {
  await buildConsole();
  const next = () => {
    service = start(given.filter((argument) => argument !== ONLY_AT_FIRST));
  };
  if (service.exitCode !== null) {
    next();
    return;
  }
  service.removeAllListeners('exit').on('exit', next);
  service.kill();
}

function end(code: number | null): void {
  process.exit(code ?? 1);
}

function waitForChange(): void {
  process.stderr.write('The service has ended; it starts again with the next change in src.\n');
}
