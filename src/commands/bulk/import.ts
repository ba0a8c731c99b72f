import type { FailedLine } from '../../bulk/import/entry.ts';
import type { ImportState } from '../../bulk/import/import-lines.ts';
import { IMPORT, readParameters } from '../../bulk/parameters.ts';
import type { Cancellation } from '../../dynamodb/calls/cancellation.ts';
import { ServiceError } from '../../errors.ts';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { type CheckpointFile, type ImportCheckpoint, importCheckpoint } from './checkpoint.ts';
import { createInterruption, EXIT } from './interruption.ts';
import { openService } from './open-service.ts';
import { IMPORT_OPTIONS, type Parameters, parametersOf } from './options.ts';
import { createProgress, type Progress } from './progress/progress.ts';
import { writeRejected } from './rejected.ts';
import type { BulkService, ImportResult } from './service.ts';
import { type LineSource, openSource } from './source.ts';

const CHECKPOINT_MS = 1_000;

/** Imports the lines of a file, and says what became of each. */
export const importCommand: Command = {
  name: 'import',
  argument: 'FILE',
  summary: 'import items from the lines of FILE, or of the folder of an export to S3',
  options: IMPORT_OPTIONS,
  run: async (values, file) => {
    if (file === undefined) throw new UsageError('import takes a file.');
    const name = file.replace(/\/+$/, '');
    const parameters = checked(values);
    const source = openSource(name);
    const interrupted = createInterruption();
    const service = await openService(values);
    try {
      const run = new ImportRun({ values, name, parameters, source, service });
      process.exitCode = await run.run(interrupted);
    } finally {
      await service.close();
    }
  },
};

function checked(values: OptionValues): Parameters {
  const parameters = parametersOf(values);
  try {
    readParameters(IMPORT, parameters, 'an import');
  } catch (error) {
    throw error instanceof ServiceError ? new UsageError(error.message) : error;
  }
  return parameters;
}

interface ImportRunOptions {
  values: OptionValues;
  name: string;
  parameters: Parameters;
  source: LineSource;
  service: BulkService;
}

/** One run of an import, perhaps not the first. */
class ImportRun {
  readonly #options: ImportRunOptions;
  readonly #checkpoints: CheckpointFile<ImportCheckpoint>;
  readonly #isDry: boolean;
  /** What earlier runs came to. */
  readonly #before: ImportCheckpoint;
  readonly #resumes: boolean;
  readonly #failed: Map<number, FailedLine>;
  readonly #progress: Progress;
  #state: ImportState;
  #savedAt = performance.now();

  constructor(options: ImportRunOptions) {
    const { values, name, parameters, source } = options;
    this.#options = options;
    this.#isDry = values['dry-run'] === true;
    this.#checkpoints = importCheckpoint(name, parameters);
    const found = values.resume === true ? this.#checkpoints.read() : undefined;
    this.#resumes = values.resume === true;
    this.#before = found ?? fresh(parameters, source.size);
    if (this.#before.size !== source.size) {
      throw new UsageError('The file is not the one of the checkpoint: it has another size.');
    }
    this.#failed = new Map(this.#before.failed.map((each) => [each.line, each as FailedLine]));
    this.#state = { ...NOTHING, durable_through_line: this.#before.durable_through_line };
    this.#progress = createProgress({
      json: values.json === true,
      toStderr: false,
      total: source.size,
      counts: 'bytes',
      kind: 'write',
    });
  }

  async run(interrupted: Cancellation): Promise<number> {
    const { service, source, parameters, name } = this.#options;
    let isRead = false;
    this.#save();
    const lines = async function* () {
      yield* source.lines(interrupted);
      isRead = !interrupted.aborted;
    };
    const from = String(this.#before.durable_through_line + 1);
    const asked = {
      ...parameters,
      ...(this.#resumes && { from_line: from }),
      ...(this.#isDry && { dry_run: 'true' }),
    };
    const result = await service.import(asked, lines(), this.#events(), interrupted);
    this.#note(result.state);
    const isComplete = !result.failure && isRead;
    this.#end(isComplete);
    if (!this.#isDry) await writeRejected(`${name}.rejected.jsonl`, this.#failed, source);
    return this.#exitCode(result, isComplete, interrupted);
  }

  #events() {
    return {
      failed: (line: FailedLine) => {
        this.#failed.set(line.line, line);
        this.#progress.failed(line);
      },
      progress: (state: ImportState) => {
        this.#note(state);
        if (performance.now() - this.#savedAt >= CHECKPOINT_MS) this.#save();
      },
    };
  }

  #note(state: ImportState): void {
    this.#state = state;
    const { lines, written, units } = this.#sum();
    const { source } = this.#options;
    this.#progress.update({ items: written, units, done: source.read, failed: lines - written });
  }

  /** What this run and those before it came to, through the last line that is durable. */
  #sum(): ImportCheckpoint {
    const { lines, written, durable_through_line, consumed_capacity: units = 0 } = this.#state;
    const failed = [...this.#failed.values()].filter(({ line }) => line <= durable_through_line);
    return {
      ...this.#before,
      lines: this.#before.lines + lines,
      written: this.#before.written + written,
      units: this.#before.units + units,
      durable_through_line,
      failed: failed.map((each) => ({ ...each })),
    };
  }

  #save(): void {
    this.#savedAt = performance.now();
    if (!this.#isDry) this.#checkpoints.write(this.#sum());
  }

  #end(isComplete: boolean): void {
    if (isComplete) this.#checkpoints.remove();
    else this.#save();
    const { lines, written, durable_through_line } = this.#sum();
    const failed = this.#failed.size;
    this.#progress.end({ complete: isComplete, lines, written, failed, durable_through_line });
  }

  #exitCode({ failure }: ImportResult, isComplete: boolean, interrupted: Cancellation): number {
    if (isComplete) return this.#failed.size > 0 ? EXIT.rejected : EXIT.complete;
    if (interrupted.aborted) return EXIT.interrupted;
    throw failure ?? new Error('An import ended without its end.');
  }
}

const NOTHING: ImportState = {
  lines: 0,
  written: 0,
  failed: 0,
  unknown: 0,
  durable_through_line: 0,
};

function fresh(asked: Parameters, size: number): ImportCheckpoint {
  return {
    version: 1,
    asked,
    size,
    durable_through_line: 0,
    lines: 0,
    written: 0,
    units: 0,
    failed: [],
  };
}
