import { createCsvLines } from '../../bulk/formats/csv.ts';
import { EXPORT, type ExportRequest, readParameters } from '../../bulk/parameters.ts';
import { waitFor } from '../../bulk/waiting.ts';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { ServiceError } from '../../errors.ts';
import { type JsonObject, parseJsonObject } from '../../json/parse.ts';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { exportCheckpoint } from './checkpoint.ts';
import { createOutputTarget, type ExportTarget, newExport, openFileTarget } from './export-file.ts';
import { createInterruption, EXIT } from './interruption.ts';
import { openService } from './open-service.ts';
import { EXPORT_OPTIONS, type Parameters, parametersOf, segmentsIn } from './options.ts';
import { createProgress } from './progress/progress.ts';
import { estimateOf } from './progress/units.ts';
import type { BulkService } from './service.ts';

/** Failures in a row after which an export ends, to be resumed later; limits are waited for longer. */
const MOST_FAILURES = 4;
const MOST_REFUSALS = 12;
const LIMITS: ReadonlySet<string> = new Set(['RateLimited', 'Throttled']);
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;

/** Exports a table, an index or a partition as lines, to a file or to standard output. */
export const exportCommand: Command = {
  name: 'export',
  argument: '[FILE]',
  summary: 'export items as lines, to FILE or to standard output',
  options: EXPORT_OPTIONS,
  run: async (values, file) => {
    const parameters = checked(values);
    const segments = segmentsIn(values);
    if (values.resume && file === undefined)
      throw new UsageError('--resume takes the file to continue.');
    const interrupted = createInterruption();
    const service = await openService(values);
    try {
      if (values['dry-run']) return await tellEstimate(service, parameters);
      const target = await openTarget(values, file, parameters, segments);
      process.exitCode = await run({ service, parameters, target, values, interrupted, file });
    } finally {
      await service.close();
    }
  },
};

interface Run {
  service: BulkService;
  parameters: Parameters;
  target: ExportTarget;
  values: OptionValues;
  interrupted: CancellationSignal;
  file: string | undefined;
}

/** The parameters of an export; throws UsageError for what no export can be asked for with. */
function checked(values: OptionValues): Parameters {
  const parameters = parametersOf(values);
  requestOf(parameters);
  return parameters;
}

function requestOf(parameters: Parameters): ExportRequest {
  try {
    return readParameters(EXPORT, parameters, 'an export');
  } catch (error) {
    throw error instanceof ServiceError ? new UsageError(error.message) : error;
  }
}

async function openTarget(
  { resume }: OptionValues,
  file: string | undefined,
  parameters: Parameters,
  segments: number,
): Promise<ExportTarget> {
  const asked = { ...parameters, segments: String(segments) };
  const fresh = newExport(asked, segments);
  const { header } = await rowsFor(requestOf(parameters));
  if (file === undefined) {
    if (header) process.stdout.write(header);
    return createOutputTarget(fresh);
  }
  const checkpoints = exportCheckpoint(file, asked);
  return openFileTarget(file, checkpoints, fresh, { resumes: resume === true, header });
}

async function run({
  service,
  parameters,
  target,
  values,
  interrupted,
  file,
}: Run): Promise<number> {
  const { state } = target;
  const isWhole = parameters.key === undefined && parameters.filter === undefined;
  const size = isWhole ? await service.sizeOf(parameters.table).catch(() => undefined) : undefined;
  const progress = createProgress({
    json: values.json === true,
    toStderr: file === undefined,
    total: size?.items,
    counts: 'items',
    kind: 'read',
  });
  const tell = () => progress.update({ items: state.items, units: state.units, done: state.items });
  const ending = interrupted;
  const segments = state.segments.map((_, segment) =>
    exportSegment({ service, parameters, target, segment, ending, tell }),
  );
  const ends = await Promise.allSettled(segments);
  const failed = ends.find(({ status }) => status === 'rejected');
  const isComplete = state.segments.every(({ isDone }) => isDone);
  await target.close(isComplete);
  tell();
  progress.end({ complete: isComplete, file });
  if (isComplete) return EXIT.complete;
  if (interrupted.aborted) return EXIT.interrupted;
  throw failed?.status === 'rejected'
    ? failed.reason
    : new Error('An export ended without its end.');
}

interface SegmentRun {
  service: BulkService;
  parameters: Parameters;
  target: ExportTarget;
  segment: number;
  ending: CancellationSignal;
  tell(): void;
}

/** Exports one segment, and goes on behind the last page where that failed for a while. */
async function exportSegment({ service, parameters, target, segment, ending, tell }: SegmentRun) {
  const { state } = target;
  const { format: _format, ...request } = parameters;
  const count = state.segments.length;
  const part: Parameters =
    count > 1 ? { segment: String(segment), total_segments: String(count) } : {};
  const { toBytes, format } = await rowsFor(requestOf(parameters));
  for (let failures = 0; !state.segments[segment]?.isDone && !ending.aborted; ) {
    const cursor = state.segments[segment]?.cursor;
    const asked = { ...request, ...part, format, ...(cursor && { cursor }) };
    try {
      for await (const page of service.export(asked, ending)) {
        await target.append(segment, page, toBytes(page.lines));
        tell();
        failures = 0;
        if (ending.aborted) return;
      }
    } catch (error) {
      if (ending.aborted) return;
      if (!mayPass(error, ++failures)) throw error;
      await waitFor(Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS), ending);
    }
  }
}

/** Whether a failure, the last of so many in a row, is one to wait out. */
function mayPass(error: unknown, failures: number): boolean {
  if (!(error instanceof ServiceError) || !error.retryable) return false;
  return failures < (LIMITS.has(error.code) ? MOST_REFUSALS : MOST_FAILURES);
}

/** What the lines of a service become in the file: the same, or rows of a CSV. */
async function rowsFor({ format, projection = [] }: ExportRequest) {
  if (format !== 'csv') return { format, header: undefined, toBytes: (lines: Buffer) => lines };
  const csv = await createCsvLines(projection);
  const toBytes = (lines: Buffer) => csv.rows(itemsIn(lines));
  return { format: 'jsonl', header: csv.header, toBytes };
}

function itemsIn(lines: Buffer): JsonObject[] {
  return lines
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => parseJsonObject(line).item as JsonObject);
}

async function tellEstimate(service: BulkService, { table }: Parameters): Promise<void> {
  const size = await service.sizeOf(table);
  process.stdout.write(`${estimateOf(size)}\n`);
}
