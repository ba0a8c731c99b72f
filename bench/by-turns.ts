import { load, median } from './load.ts';
import type { Operation } from './operations.ts';
import type { MeasuredProcess } from './processes.ts';
import { describeMachine } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const SLICES = 8;
const CONNECTIONS = 32;
const WARM_UP_ROUNDS = 4;

/**
 * Prints the CPU time a request of several servers, by turns in short slices, and what each takes
 * more than the first. ROUNDS=n.
 */
export async function compareByTurns(
  servers: Record<string, MeasuredProcess>,
  operations: readonly Operation[],
): Promise<void> {
  process.stdout.write(`${describeMachine()}, ${ROUNDS} rounds\n`);
  for (const operation of operations) {
    const [[name = '', first = []] = [], ...others] = Object.entries(
      await measure(servers, operation),
    );
    const told = others.map(([other, values]) => {
      const ratios = values.map((value, round) => value / (first[round] ?? Number.NaN));
      return `${other} ${Math.round(median(values))} µs, ${median(ratios).toFixed(3)} of ${name}`;
    });
    const base = `${name} ${Math.round(median(first))} µs`;
    process.stdout.write(`${operation.name}: ${[base, ...told].join('; ')}\n`);
  }
}

/** Microseconds a request, a value per round. */
async function measure(servers: Record<string, MeasuredProcess>, operation: Operation) {
  const costs: Record<string, number[]> = {};
  for (const server of Object.values(servers)) {
    await slice(server, operation, WARM_UP_ROUNDS * operation.requests);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const sums: Record<string, number> = {};
    // The first slice, after an idle time, is not counted.
    for (let at = 0; at <= SLICES; at++) {
      for (const [name, server] of Object.entries(servers)) {
        const cost = await slice(server, operation, operation.requests / SLICES);
        if (at > 0) sums[name] = (sums[name] ?? 0) + cost / SLICES;
      }
    }
    for (const [name, sum] of Object.entries(sums)) costs[name] = [...(costs[name] ?? []), sum];
  }
  return costs;
}

async function slice(server: MeasuredProcess, operation: Operation, requests: number) {
  const before = server.cpuMicroseconds();
  const done = await load(server.url, operation, CONNECTIONS, requests);
  if (done.failures > 0) throw new Error(`${operation.name}: ${done.failures} failed`);
  return (server.cpuMicroseconds() - before) / done.requests;
}
