import type { JsonList } from '../../json/json-list.ts';
import type { ExportRequest } from '../parameters.ts';
import { createCsvLines } from './csv.ts';
import { plainLines, typedLines } from './item-lines.ts';
import type { FormatName } from './names.ts';

/** How the items of an export are written. */
export interface ExportFormat {
  readonly contentType: string;
  /** What stands before the first item. */
  readonly header: Buffer | undefined;
  /** Whether lines of other kinds may stand between those of items. */
  readonly takesMarks: boolean;
  /** Items as lines; throws ValidationError for what the format cannot hold. */
  lines(items: JsonList): Buffer;
}

const JSON_LINES = { contentType: 'application/x-ndjson', header: undefined, takesMarks: true };

const OPEN: Record<FormatName, (columns: readonly string[]) => Promise<ExportFormat>> = {
  jsonl: async () => ({ ...JSON_LINES, lines: plainLines }),
  'dynamodb-json': async () => ({ ...JSON_LINES, lines: typedLines }),
  csv: async (columns) => {
    const { header, rows } = await createCsvLines(columns);
    const contentType = 'text/csv; charset=utf-8';
    return { contentType, header, takesMarks: false, lines: (items) => rows(items.toJSON()) };
  },
};

/** The format of an export, with the library that it needs loaded. */
export function openFormat({ format, projection = [] }: ExportRequest): Promise<ExportFormat> {
  return OPEN[format](projection);
}
