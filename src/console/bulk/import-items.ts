import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { headers } from '../service.ts';
import { failureIn } from './export-items.ts';

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

export interface ImportOptions {
  table: string;
  mode: 'put' | 'create_only';
  dryRun: boolean;
}

/** Imports a file; tells of what failed and how far it is, and throws ServiceFailure where it breaks. */
export async function importFile(
  file: File,
  { table, mode, dryRun }: ImportOptions,
  told: (news: { failed?: FailedLine; imported?: Imported }) => void,
  signal: AbortSignal,
): Promise<void> {
  const asked = new URLSearchParams({ table, mode, ...(dryRun && { dry_run: 'true' }) });
  const type = file.name.endsWith('.gz') ? 'application/gzip' : 'application/x-ndjson';
  const reply = await fetch(`/bulk/import?${asked}`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': type },
    body: file,
    signal,
  });
  if (!reply.ok || !reply.body) throw failureIn(await reply.json());
  for await (const line of linesOf(reply.body)) {
    if (line === '') continue;
    const { failed, progress, end, error } = parseJson(line) as JsonObject;
    if (isJsonObject(failed)) told({ failed: failed as unknown as FailedLine });
    const counted = [progress, end, error].find(isJsonObject);
    if (counted) told({ imported: counted as unknown as Imported });
    if (isJsonObject(error)) throw failureIn(error);
  }
}

/** The lines of a file that failed, to be mended and imported again. */
export async function rejectedLines(file: File, failed: readonly FailedLine[]): Promise<string[]> {
  const wanted = new Set(failed.map(({ line }) => line));
  const rejected: string[] = [];
  let number = 0;
  for await (const line of linesOf(file.stream())) {
    number++;
    if (wanted.has(number)) rejected.push(`${line}\n`);
  }
  return rejected;
}
