import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { ask, failureIn, ServiceFailure } from '../service.ts';

/** A line that was not imported, and why. */
export interface FailedLine {
  line: number;
  code: string;
  error: string;
}

/** How far an import is. */
export interface Imported {
  lines: number;
  written: number;
  failed: number;
  unknown: number;
  durable_through_line: number;
}

/** What is imported, and how. */
export interface ImportOptions {
  file: File;
  table: string;
  mode: 'put' | 'create_only';
  dryRun: boolean;
}

/** Imports a file; tells of what failed and how far it is, and throws ServiceFailure where it breaks. */
export async function importFile(
  { file, table, mode, dryRun }: ImportOptions,
  told: (news: { failed?: FailedLine; imported?: Imported }) => void,
  signal: AbortSignal,
): Promise<void> {
  const asked = new URLSearchParams({ table, mode, ...(dryRun && { dry_run: 'true' }) });
  const type = file.name.endsWith('.gz') ? 'application/gzip' : 'application/x-ndjson';
  const headers = { 'content-type': type };
  const reply = await ask(`/bulk/import?${asked}`, { method: 'POST', headers, body: file, signal });
  let last: Imported | undefined;
  for await (const line of linesOf(reply)) {
    if (line === '') continue;
    const { failed, progress, end, error } = parseJson(line) as JsonObject;
    if (isJsonObject(failed)) told({ failed: failed as unknown as FailedLine });
    last = ([progress, end, error].find(isJsonObject) as Imported | undefined) ?? last;
    if (last) told({ imported: last });
    if (isJsonObject(error)) throw failureIn(error);
    if (end) return;
  }
  throw new ServiceFailure(
    'OutcomeUnknown',
    `The connection ended before the import did: lines up to ${last?.durable_through_line ?? 0} are written, and what became of the others is not known.`,
  );
}

/** The lines of a file that failed, to be mended and imported again. */
export async function rejectedLines(file: File, failed: readonly FailedLine[]): Promise<string[]> {
  const wanted = new Set(failed.map(({ line }) => line));
  const rejected: string[] = [];
  let number = 0;
  for await (const line of linesOf({ body: file.stream() })) {
    number++;
    if (wanted.has(number)) rejected.push(`${line}\n`);
  }
  return rejected;
}
