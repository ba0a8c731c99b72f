import type { FailedLine } from '../../bulk/import/entry.ts';
import type { ImportState } from '../../bulk/import/import-lines.ts';
import type { Line } from '../../bulk/import/line-reader.ts';
import type { CancellationSignal } from '../../dynamodb/calls/cancellation.ts';
import { ServiceError } from '../../errors.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from '../../json/parse.ts';
import type { Parameters } from './options.ts';
import { brokenOff, linesOf, refusal, type Send } from './remote.ts';
import type { ImportEvents, ImportResult } from './service.ts';

const NEWLINE = Buffer.from('\n');

/** Sends lines to a service from `from_line` on, and reads what it says of them. */
export async function readRemoteImport(
  send: Send,
  { from_line: from, ...parameters }: Parameters,
  lines: AsyncIterable<Line[]>,
  events: ImportEvents,
  ending: CancellationSignal,
): Promise<ImportResult> {
  const before = Number(from ?? 1) - 1;
  // What was written before is not sent again, so that lines are counted from there.
  const query = new URLSearchParams({
    ...parameters,
    ...(from !== undefined && { from_line: '1' }),
  });
  let state: ImportState = { ...NOTHING, durable_through_line: before };
  const stateOf = (told: JsonObject): ImportState => {
    const next = { ...NOTHING, ...told } as ImportState;
    return { ...next, durable_through_line: next.durable_through_line + before };
  };
  try {
    const answer = await send('POST', `/bulk/import?${query}`, bodyOf(lines, before, ending));
    for await (const { bytes } of linesOf(answer)) {
      const { failed, progress, end, error } = parseJsonObject(bytes?.toString() || '{}');
      const told = progress ?? end ?? error;
      if (isJsonObject(failed)) events.failed(failedLine(failed, before));
      if (!isJsonObject(told)) continue;
      state = stateOf(told);
      events.progress(state);
      if (end) return { state, failure: undefined };
      if (error) return { state, failure: refusal(error) };
    }
    return { state, failure: brokenOff() };
  } catch (failure) {
    if (!(failure instanceof ServiceError)) throw failure;
    return { state, failure };
  }
}

const NOTHING: ImportState = {
  lines: 0,
  written: 0,
  failed: 0,
  unknown: 0,
  durable_through_line: 0,
};

function failedLine(told: JsonObject, before: number): FailedLine {
  // It is what the other side of this program writes.
  const failed = told as unknown as FailedLine;
  return { ...failed, line: failed.line + before };
}

/** The lines as they are; one that is too long is left for the service to refuse. */
async function* bodyOf(lines: AsyncIterable<Line[]>, before: number, ending: CancellationSignal) {
  for await (const some of lines) {
    const parts = some
      .filter(({ number }) => number > before)
      .flatMap(({ bytes }) => [bytes ?? TOO_LONG, NEWLINE]);
    if (parts.length > 0) yield Buffer.concat(parts);
    if (ending.aborted) return;
  }
}

const TOO_LONG = Buffer.from('"The line is longer than an item can be."');
