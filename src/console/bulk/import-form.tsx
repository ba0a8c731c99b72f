import { useState } from 'preact/hooks';
import { type Estimate, estimateText, isWanted } from '../cost.ts';
import { counted } from '../counted.ts';
import { Check, Options, Progress } from '../parts.tsx';
import type { Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import { download } from './destination.ts';
import { estimateOf } from './estimate.ts';
import { type FailedLine, type Imported, importFile, rejectedLines } from './import-items.ts';

const MODES = { put: 'replace them', create_only: 'keep them, and fail the line' } as const;

/** Imports a file of lines. */
export function ImportForm({ table }: { table: Table }) {
  const [chosen, setChosen] = useState<{ file: File; estimate: Estimate | undefined }>();
  const [mode, setMode] = useState<keyof typeof MODES>('put');
  const [dryRun, setDryRun] = useState(false);
  const [failed, setFailed] = useState<FailedLine[]>([]);
  const [imported, setImported] = useState<Imported>();
  const [endedEarly, setEndedEarly] = useState(false);
  const task = useTask();
  const choose = async (file: File | undefined) => {
    setChosen(file && { file, estimate: await estimateOf(file) });
    setImported(undefined);
    setFailed([]);
  };
  const start = async (event: Event) => {
    event.preventDefault();
    if (!chosen || !(dryRun || isWanted('writes', chosen.estimate))) return;
    setImported(undefined);
    setFailed([]);
    const { file } = chosen;
    const lines: FailedLine[] = [];
    setEndedEarly(false);
    const isDone = await task.run((signal) =>
      importFile(
        { file, table: table.table, mode, dryRun },
        (news) => {
          if (news.failed) lines.push(news.failed);
          if (news.imported) setImported(news.imported);
        },
        signal,
      ),
    );
    setFailed(lines);
    setEndedEarly(!isDone);
  };
  return (
    <section>
      <h2>Import</h2>
      <form onSubmit={(event) => void start(event)}>
        <label class="row">
          File (JSON Lines)
          <input
            type="file"
            accept=".jsonl,.json,.ndjson,.gz"
            required
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </label>
        <div class="row">
          <span class="field">
            Items that exist already
            <Options
              label="Items that exist already"
              names={MODES}
              chosen={mode}
              onChoose={setMode}
            />
          </span>
          <Check label="Check only, write nothing" checked={dryRun} onChange={setDryRun} />
          <button type="submit" class="primary" disabled={task.isRunning || !chosen}>
            Import
          </button>
        </div>
      </form>
      {chosen && <p class="estimate">It writes {estimateText(chosen.estimate)}.</p>}
      {imported && (
        <p role="status">
          {summary(imported, dryRun)}
          {endedEarly && `; it ended after line ${imported.durable_through_line}`}
        </p>
      )}
      <Progress task={task} />
      {chosen && failed.length > 0 && (
        <FailedLines table={table} file={chosen.file} failed={failed} />
      )}
    </section>
  );
}

const MOST_SHOWN = 50;

function FailedLines(props: { table: Table; file: File; failed: FailedLine[] }) {
  const { table, file, failed } = props;
  const save = async () =>
    download(`${table.table}.rejected.jsonl`, await rejectedLines(file, failed));
  return (
    <>
      <ul>
        {failed.slice(0, MOST_SHOWN).map(({ line, code, error }) => (
          <li key={line}>
            line {line}: {code}, {error}
          </li>
        ))}
        {failed.length > MOST_SHOWN && <li>and {failed.length - MOST_SHOWN} more</li>}
      </ul>
      <button type="button" onClick={() => void save()}>
        Download the {counted(failed.length, 'line')} that failed
      </button>
    </>
  );
}

function summary({ lines, written, failed, unknown }: Imported, isDry: boolean): string {
  const done = isDry ? 'could be written' : 'written';
  const open = unknown > 0 ? `, ${unknown} of which it is not known whether they were` : '';
  return `${counted(lines, 'line')}: ${written} ${done}, ${failed} failed${open}`;
}
