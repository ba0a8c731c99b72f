import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import { type Instruments, observe } from './instruments.ts';
import { ATTRIBUTES } from './names.ts';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;
const RESOLUTION_MS = 10;

/** Tells of the event loop, CPU time and memory, by the names of the conventions; returns its end. */
export function observeProcess(instruments: Instruments): () => void {
  const { cpuTime, memory } = instruments;
  observeHeap(instruments);
  observe(memory, () => process.memoryUsage.rss());
  cpuTime.addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / MICROSECONDS, { [ATTRIBUTES.cpuMode]: 'user' });
    result.observe(system / MICROSECONDS, { [ATTRIBUTES.cpuMode]: 'system' });
  });
  let last = performance.eventLoopUtilization();
  observe(instruments.utilization, () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  });
  return observeDelay(instruments);
}

function observeHeap({ meter, heapUsed, heapLimit }: Instruments): void {
  meter.addBatchObservableCallback(
    (result) => {
      for (const space of getHeapSpaceStatistics()) {
        const labels = { [ATTRIBUTES.heapSpace]: space.space_name };
        result.observe(heapUsed, space.space_used_size, labels);
        result.observe(heapLimit, space.space_size, labels);
      }
    },
    [heapUsed, heapLimit],
  );
}

function observeDelay(instruments: Instruments): () => void {
  const { meter, delayMin, delayMax, delayMean, delayP50, delayP90, delayP99 } = instruments;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  meter.addBatchObservableCallback(
    (result) => {
      // Right after a reset there is nothing to tell yet.
      if (delays.count === 0) return;
      result.observe(delayMin, delays.min / NANOSECONDS);
      result.observe(delayMax, delays.max / NANOSECONDS);
      result.observe(delayMean, delays.mean / NANOSECONDS);
      result.observe(delayP50, delays.percentile(50) / NANOSECONDS);
      result.observe(delayP90, delays.percentile(90) / NANOSECONDS);
      result.observe(delayP99, delays.percentile(99) / NANOSECONDS);
      delays.reset();
    },
    [delayMin, delayMax, delayMean, delayP50, delayP90, delayP99],
  );
  return () => delays.disable();
}
