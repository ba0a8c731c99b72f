import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import type { TableSchema } from '../../dynamodb/tables/table-schema.ts';
import { asServiceError, ServiceError } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import type { ImportRequest } from '../parameters.ts';
import type { ToolCalls } from '../tool-calls.ts';
import { type Entry, type FailedLine, identityOf, shownKey } from './entry.ts';
import type { Line } from './line-reader.ts';
import { PatientCalls, Stopped } from './patient-calls.ts';
import { type Counts, Progress, Unit } from './progress.ts';
import { readItem } from './read-item.ts';
import { UnitQueue } from './unit-queue.ts';
import { EntryWriter } from './write-entries.ts';

/** What runs an import. */
export interface ImportRun {
  readonly calls: ToolCalls;
  /** What says which lines have the same key; undefined where it is not to be had. */
  readonly schema: TableSchema | undefined;
  readonly deadlineMs: number;
  /** Aborts when the service stops, or the caller is gone: what is under way is the last. */
  readonly ending: CancellationSignal;
  /** Told of each line that was not written, once. */
  readonly report: (failed: FailedLine) => void;
}

/** How far an import is: every line up to `durable_through_line` has its final result, and is counted. */
export interface ImportState extends Counts {
  durable_through_line: number;
  consumed_capacity?: number;
}

/** An import of lines, which are written some at once, but those of one key in their order. */
export class LineImport {
  readonly #request: ImportRequest;
  readonly #run: ImportRun;
  readonly #calls: PatientCalls;
  readonly #writer: EntryWriter;
  readonly #progress: Progress;
  readonly #from: number;
  /** The unit that holds an entry as long as it has no result. */
  readonly #unitOf = new Map<Entry, Unit>();
  readonly #queue: UnitQueue;
  #failures = 0;
  #next: Unit | undefined;

  constructor(request: ImportRequest, run: ImportRun) {
    const { calls, deadlineMs, schema } = run;
    this.#request = request;
    this.#run = run;
    this.#from = request.from_line ?? 1;
    this.#progress = new Progress(this.#from);
    this.#calls = new PatientCalls(calls, {
      deadlineMs,
      unitsPerSecond: request.max_units_per_second,
    });
    const settle = (entry: Entry, failure?: ServiceError) => this.#settle(entry, failure);
    this.#writer = new EntryWriter({ request, schema, calls: this.#calls, settle });
    this.#queue = new UnitQueue({
      write: (unit) => this.#write(unit),
      // Lines that come slowly need not wait for others.
      whenIdle: () => {
        if (!this.stopped.aborted) void this.#dispatch();
      },
    });
  }

  get state(): ImportState {
    const { consumedCapacity: consumed } = this.#calls;
    return {
      ...this.#progress.counts,
      durable_through_line: this.#progress.durableThroughLine,
      ...(consumed !== undefined && { consumed_capacity: consumed }),
    };
  }

  /** Aborts when the import ends before its lines. */
  get stopped(): CancellationSignal {
    return this.#calls.stopped;
  }

  /** Ends the import before its lines; what is under way is done. */
  stop(failure: ServiceError): void {
    this.#calls.stop(failure);
  }

  /** Imports the lines; returns why that ended before their end, if it did. */
  async run(lines: AsyncIterable<readonly Line[]>): Promise<ServiceError | undefined> {
    const { ending } = this.#run;
    const end = () => this.stop(stopping());
    if (ending.aborted) end();
    ending.addEventListener('abort', end);
    try {
      for await (const some of lines) {
        await this.#take(some);
        if (this.stopped.aborted) break;
        if (this.#queue.isIdle) await this.#dispatch();
      }
    } catch (error) {
      this.stop(asServiceError(error));
    }
    await this.#dispatch();
    await this.#queue.ended();
    ending.removeEventListener('abort', end);
    return this.#calls.failure;
  }

  async #take(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      if (line.number < this.#from) continue;
      if (this.stopped.aborted) return;
      const entry = this.#read(line);
      if (entry && this.#next?.hasKeyOf(entry)) await this.#dispatch();
      if (this.#add(line, entry).isFull) await this.#dispatch();
    }
  }

  /** The entry of a line; undefined where it has no item, or is refused at once. */
  #read(line: Line): Entry | undefined {
    try {
      const item = readItem(line);
      if (!item) return undefined;
      return { line: line.number, item, identity: identityOf(item, this.#run.schema) };
    } catch (error) {
      const failure = asServiceError(error);
      this.#fail(line.number, failure, this.#unitFor(line).counts);
      this.#unitFor(line).counts.lines++;
      return undefined;
    }
  }

  #unitFor({ number }: Line): Unit {
    this.#next ??= new Unit(number);
    return this.#next;
  }

  #add(line: Line, entry: Entry | undefined): Unit {
    const unit = this.#unitFor(line);
    unit.last = line.number;
    unit.bytes += line.bytes?.length ?? 0;
    if (entry) {
      unit.entries.push(entry);
      unit.counts.lines++;
      this.#unitOf.set(entry, unit);
    }
    return unit;
  }

  /** Sends the lines that were gathered, once there is room for them. */
  async #dispatch(): Promise<void> {
    const unit = this.#next;
    if (!unit) return;
    this.#next = undefined;
    this.#progress.begin(unit);
    await this.#queue.send(unit);
  }

  async #write(unit: Unit): Promise<void> {
    try {
      await this.#writer.write(unit.entries);
      this.#progress.end(unit);
    } catch (error) {
      if (!(error instanceof Stopped)) this.stop(asServiceError(error));
      for (const entry of unit.entries) this.#unitOf.delete(entry);
    }
  }

  #settle(entry: Entry, failure?: ServiceError): void {
    const unit = this.#unitOf.get(entry);
    if (!unit) return;
    this.#unitOf.delete(entry);
    const { line, item } = entry;
    if (failure) this.#fail(line, failure, unit.counts, shownKey(item, this.#run.schema));
    else unit.counts.written++;
  }

  #fail(line: number, failure: ServiceError, counts: Counts, key?: JsonObject): void {
    const { code, message } = failure;
    counts[code === 'OutcomeUnknown' ? 'unknown' : 'failed']++;
    this.#run.report({ line, code, error: message, ...(key && { key }) });
    const { max_errors: most } = this.#request;
    if (++this.#failures > most) {
      this.stop(new ServiceError('ValidationError', `More than ${most} lines were not written.`));
    }
  }
}

function stopping(): ServiceError {
  return new ServiceError(
    'Overloaded',
    'The service is stopping; continue with the line after durable_through_line.',
  );
}
