import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import { invalid, ServiceError } from '../errors.ts';
import { JsonList } from '../json/json-list.ts';
import type { JsonObject } from '../json/parse.ts';
import type { ExportFormat } from './formats/formats.ts';
import { Pace } from './pace.ts';
import type { ExportRequest } from './parameters.ts';
import type { ToolCalls, ToolResult } from './tool-calls.ts';

/** A page of an export. */
export interface ExportPage {
  /** Its items in the format of the export. */
  readonly lines: Buffer;
  readonly items: number;
  /** What goes on behind it; null at the end. */
  readonly cursor: string | null;
  /** Undefined where it would tell of what the caller may not see. */
  readonly consumedCapacity: number | undefined;
}

/** What runs an export. */
export interface ExportRun {
  readonly calls: ToolCalls;
  readonly format: ExportFormat;
  /** Aborts when the service stops: the page under way is the last. */
  readonly ending: CancellationSignal;
}

/** A page of 1 MB of small items has at most so many; more need not be asked for. */
const MOST_ITEMS = 1_000_000;

/**
 * Reads what was asked for page by page, each with the cursor behind it; only one is read at a time,
 * and none before it is wanted. Throws ServiceError: go on from the cursor of the page before.
 */
export async function* exportPages(
  request: ExportRequest,
  { calls, format, ending }: ExportRun,
): AsyncGenerator<ExportPage, void, void> {
  const { max_units_per_second: rate } = request;
  const tool = request.key === undefined ? 'scan' : 'query';
  const input = pageInput(request);
  const pace = new Pace(rate);
  let limit = rate;
  let cursor: unknown = request.cursor;
  do {
    await pace.ready(ending);
    if (ending.aborted) throw stopping();
    const result = await readPage(calls, tool, {
      ...input,
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { last_evaluated_key: cursor }),
    });
    const { trail } = result;
    pace.spent(trail.consumedCapacity);
    limit = rate && nextLimit(rate, result, limit);
    cursor = result.output.last_evaluated_key;
    yield pageOf(result, format);
  } while (cursor !== null);
}

function pageInput(request: ExportRequest): JsonObject {
  const { table, index_name, key, sort_key, filter, projection, segment, total_segments } = request;
  const columns = projection?.map((name, at): [string, string] => [`#p${at}`, name]);
  const given = { table, index_name, key, sort_key, filter, segment, total_segments };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(columns && {
      projection_expression: columns.map(([placeholder]) => placeholder).join(),
      expression_names: Object.fromEntries(columns),
    }),
  };
}

/** What the tool calls its page key is the caller's cursor. */
async function readPage(calls: ToolCalls, tool: string, input: JsonObject): Promise<ToolResult> {
  try {
    return await calls.run(tool, input);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationError') {
      const [issue] = error.issues ?? [];
      if (issue?.path.startsWith('last_evaluated_key')) {
        throw invalid(issue.path.replace('last_evaluated_key', 'cursor'), issue.message);
      }
    }
    throw error;
  }
}

function pageOf({ output, trail }: ToolResult, format: ExportFormat): ExportPage {
  const { items, last_evaluated_key: key } = output;
  const list = items instanceof JsonList ? items : listOf(items as JsonObject[]);
  return {
    items: list.length,
    lines: format.lines(list),
    cursor: key === null || typeof key === 'string' ? key : JSON.stringify(key),
    consumedCapacity: trail.hidesCosts ? undefined : trail.consumedCapacity,
  };
}

/** Items that a rule had to look at came as values. */
function listOf(items: readonly JsonObject[]): JsonList {
  const list = new JsonList();
  for (const item of items) {
    const text = JSON.stringify(item);
    list.append(new JsonList(text, [Buffer.byteLength(text)]));
  }
  return list;
}

/** So many items as cost about one second's units, by what those of the last page cost. */
function nextLimit(rate: number, { output, trail }: ToolResult, limit = rate): number {
  const read = Number(output.scanned_count ?? output.count);
  if (read === 0 || trail.consumedCapacity === 0) return limit;
  const fitting = Math.floor((rate * read) / trail.consumedCapacity);
  return Math.min(MOST_ITEMS, Math.max(1, fitting));
}

function stopping(): ServiceError {
  return new ServiceError('Overloaded', 'The service is stopping; continue from the cursor.');
}
