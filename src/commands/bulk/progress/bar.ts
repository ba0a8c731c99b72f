import type { SingleBar } from 'cli-progress';
import type { Counts, ProgressOptions } from './progress.ts';
import { costOf } from './units.ts';

const SECOND_MS = 1_000;
const BAR =
  '{bar} {percentage}% | {items} items, {rate}/s | {units} units, {cost} | {eta_formatted} left';
const NO_TOTAL = '{items} items, {rate}/s | {units} units, {cost} | {duration_formatted}';

/** A bar on a terminal; undefined elsewhere. The library comes a moment after the command. */
export function createBar({ total, kind }: ProgressOptions) {
  if (!process.stderr.isTTY) return undefined;
  const started = performance.now();
  let bar: SingleBar | undefined;
  let isOver = false;
  const shown = ({ items, units }: Counts) => ({
    items,
    units: Math.round(units),
    cost: costOf(units, kind),
    rate: Math.round((items * SECOND_MS) / Math.max(1, performance.now() - started)),
  });
  void import('cli-progress').then((library) => {
    if (isOver) return;
    const format = total ? BAR : NO_TOTAL;
    bar = new library.default.SingleBar({
      format,
      stream: process.stderr,
      etaBuffer: 50,
      hideCursor: true,
    });
    bar.start(total ?? 0, 0, shown({ items: 0, units: 0, done: 0 }));
  });
  return {
    update: (counts: Counts) => bar?.update(counts.done, shown(counts)),
    stop: () => {
      isOver = true;
      bar?.stop();
    },
  };
}
