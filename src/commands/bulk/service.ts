import type { ExportPage } from '../../bulk/export-pages.ts';
import type { FailedLine } from '../../bulk/import/entry.ts';
import type { ImportState } from '../../bulk/import/import-lines.ts';
import type { Line } from '../../bulk/import/line-reader.ts';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import type { ServiceError } from '../../errors.ts';
import type { Parameters } from './options.ts';

/** About how much there is in a table; DynamoDB counts every few hours. */
export interface TableSize {
  readonly items: number;
  readonly bytes: number;
}

/** What is told while lines are imported. */
export interface ImportEvents {
  failed(line: FailedLine): void;
  progress(state: ImportState): void;
}

/** How an import ended. */
export interface ImportResult {
  readonly state: ImportState;
  /** Why it ended before its lines. */
  readonly failure: ServiceError | undefined;
}

/** What exports and imports: the table itself, or a service. Throws ServiceError. */
export interface BulkService {
  /** Undefined where that is not known. */
  sizeOf(table: string | undefined): Promise<TableSize | undefined>;
  export(parameters: Parameters, ending: CancellationSignal): AsyncIterable<ExportPage>;
  /** Imports lines, of which the first has the number that `from_line` names. */
  import(
    parameters: Parameters,
    lines: AsyncIterable<Line[]>,
    events: ImportEvents,
    ending: CancellationSignal,
  ): Promise<ImportResult>;
  close(): Promise<void>;
}
