import type { Identity } from '../access/identity.ts';
import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import type { TableSchema } from '../dynamodb/tables/table-schema.ts';
import { ServiceError } from '../errors.ts';
import type { Invoke } from '../tools/invoke.ts';
import type { AnyTool } from '../tools/tool.ts';
import { type ExportPage, exportPages } from './export-pages.ts';
import { type ExportFormat, openFormat } from './formats/formats.ts';
import type { FailedLine } from './import/entry.ts';
import { LineImport } from './import/import-lines.ts';
import type { ExportRequest, ImportRequest } from './parameters.ts';
import { type BulkCaller, createToolCalls } from './tool-calls.ts';

/** What exports and imports are made of: the tools, and what has to be known before they are called. */
export interface BulkOptions {
  readonly tools: readonly AnyTool[];
  readonly invoke: Invoke;
  /** What one call of a tool may take. */
  readonly deadlineMs: number;
  /** The schema of a table; undefined where there is no such table. */
  schemaOf(table: string | undefined): Promise<TableSchema | undefined>;
  /** Whether a caller has to have writes confirmed one by one. */
  confirms(identity: Identity | undefined, tools: readonly string[]): boolean;
}

/** An export that was asked for: nothing is read before its first page is. */
export interface Export {
  readonly format: ExportFormat;
  readonly pages: AsyncGenerator<ExportPage, void, void>;
}

/** Exports and imports for any caller. */
export interface Bulk {
  export(request: ExportRequest, caller: BulkCaller, ending: CancellationSignal): Promise<Export>;
  /** Throws Forbidden for a caller who has to have writes confirmed. */
  import(
    request: ImportRequest,
    caller: BulkCaller,
    run: { ending: CancellationSignal; report: (failed: FailedLine) => void },
  ): Promise<LineImport>;
}

/** The tools that an import writes with. */
const WRITERS = ['put_item', 'batch_write_item'];

export function createBulk(options: BulkOptions): Bulk {
  const { tools, invoke, deadlineMs, schemaOf, confirms } = options;
  const callsOf = (caller: BulkCaller) => createToolCalls(invoke, tools, caller);
  return {
    export: async (request, caller, ending) => {
      const format = await openFormat(request);
      const pages = exportPages(request, { calls: callsOf(caller), format, ending });
      return { format, pages };
    },
    import: async (request, caller, { ending, report }) => {
      if (confirms(caller.principal.identity, WRITERS)) {
        throw new ServiceError(
          'Forbidden',
          'Your role requires confirmation of writes, which an import cannot ask for.',
        );
      }
      const schema = await schemaOf(request.table);
      return new LineImport(request, {
        calls: callsOf(caller),
        schema,
        deadlineMs,
        ending,
        report,
      });
    },
  };
}
