import { expect, test } from 'vitest';
import { type SupervisedProcess, supervise } from '../../src/local/supervise.ts';

/** A process that ends when it is told to. */
function processOf(pid: number) {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const stopped = { pid, ended, end, stops: 0, stop: async () => {} };
  stopped.stop = async () => {
    stopped.stops++;
    end('stopped');
  };
  return stopped;
}

test('a process that cannot start is tried less and less often', async () => {
  const first = processOf(1);
  const delays: number[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const stop = supervise(first, () => Promise.reject(new Error('no')), {
    ended: () => {},
    failed: (_error, delayMs) => {
      delays.push(delayMs);
      if (delays.length === 3) resolve();
    },
    restarted: async () => {},
  });

  first.end('SIGKILL');
  await enough;
  await stop();

  expect(delays).toEqual([100, 200, 400]);
});

test('a process that ends is told of and started again, until it is stopped', async () => {
  const processes = [processOf(1), processOf(2), processOf(3)];
  const told: unknown[] = [];
  let next = 1;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const [first] = processes as [ReturnType<typeof processOf>];
  const start = async () => processes[next++] as SupervisedProcess;
  const stop = supervise(first, start, {
    ended: (how) => void told.push(how),
    failed: () => {},
    restarted: async ({ pid }) => {
      told.push(pid);
      if (pid === 3) resolve();
    },
  });

  first.end('SIGKILL');
  processes[1]?.end('SIGABRT');
  await enough;
  await stop();

  expect(told).toEqual(['SIGKILL', 2, 'SIGABRT', 3]);
  expect(processes.map(({ stops }) => stops > 0)).toEqual([false, false, true]);
  expect(next).toBe(3);
});

test('what starts while it is stopped is stopped too', async () => {
  const first = processOf(1);
  const second = processOf(2);
  const starting = Promise.withResolvers<void>();
  const started = Promise.withResolvers<SupervisedProcess>();
  const start = () => {
    starting.resolve();
    return started.promise;
  };
  const silent = { ended: () => {}, failed: () => {}, restarted: async () => {} };
  const stop = supervise(first, start, silent);
  first.end('SIGKILL');
  await starting.promise;

  const stopped = stop();
  started.resolve(second);
  await stopped;

  expect(second.stops).toBe(1);
});
