import type { FailedLine } from '../../../bulk/import/entry.ts';
import { dollarsOf, type UnitKind } from '../../../list-prices.ts';
import { createBar } from './bar.ts';
import { costOf } from './units.ts';

/** How far a command is. */
export interface Counts {
  readonly items: number;
  readonly units: number;
  /** How much of the total is done. */
  readonly done: number;
  readonly failed?: number;
}

/** What the progress of a command is told with. */
export interface ProgressOptions {
  readonly json: boolean;
  /** Whether standard output has the items. */
  readonly toStderr: boolean;
  /** Undefined where it is not known. */
  readonly total: number | undefined;
  /** What the total counts. */
  readonly counts: 'items' | 'bytes';
  readonly kind: UnitKind;
}

/** Tells how far a command is. */
export interface Progress {
  update(counts: Counts): void;
  /** Tells of a line that was not written. */
  failed(line: FailedLine): void;
  /** Tells the end, with what else there is to say of it. */
  end(more: { readonly complete: boolean; readonly [detail: string]: unknown }): void;
}

const JSON_MS = 1_000;
const SECOND_MS = 1_000;
/** So many failures are told on a terminal; all of them stand in a file. */
const MOST_TOLD = 20;

/** A bar on a terminal, lines of JSON where those are asked for, and otherwise only a sentence at the end. */
export function createProgress(options: ProgressOptions): Progress {
  const { json, toStderr, kind } = options;
  const stream = toStderr ? process.stderr : process.stdout;
  const started = performance.now();
  const tell = (member: string, counts: Counts, more: object = {}) => {
    const seconds = (performance.now() - started) / SECOND_MS;
    const { items, units, failed = 0 } = counts;
    const told = {
      items,
      failed,
      // A service may not tell what it cost.
      ...(units > 0 && { [`${kind}_units`]: units, estimated_dollars: dollarsOf(units, kind) }),
      seconds: Math.round(seconds * 10) / 10,
      items_per_second: Math.round(items / Math.max(seconds, 0.001)),
      ...more,
    };
    stream.write(`${JSON.stringify({ [member]: told })}\n`);
  };
  const bar = json ? undefined : createBar(options);
  let last: Counts = { items: 0, units: 0, done: 0 };
  let toldAt = started;
  let failures = 0;
  return {
    update: (counts) => {
      last = counts;
      bar?.update(counts);
      if (!json || performance.now() - toldAt < JSON_MS) return;
      toldAt = performance.now();
      tell('progress', counts);
    },
    failed: (line) => {
      if (json) stream.write(`${JSON.stringify({ failed: line })}\n`);
      else if (failures++ < MOST_TOLD) process.stderr.write(`Line ${line.line}: ${line.error}\n`);
    },
    end: (more) => {
      bar?.stop();
      if (json) tell('end', last, more);
      else process.stderr.write(`${sentence(last, kind, started, more.complete)}\n`);
    },
  };
}

function sentence(
  { items, units, failed = 0 }: Counts,
  kind: UnitKind,
  started: number,
  isComplete: boolean,
): string {
  const seconds = ((performance.now() - started) / SECOND_MS).toFixed(1);
  return [
    `${isComplete ? '' : 'Not complete: '}${items} items in ${seconds} s`,
    ...(failed > 0 ? [`${failed} lines were not written`] : []),
    ...(units > 0 ? [`${units} ${kind} units, ${costOf(units, kind)} on demand in us-east-1`] : []),
  ].join('; ');
}
