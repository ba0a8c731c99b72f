import { useState } from 'preact/hooks';
import { ASKS_ABOVE_UNITS, estimateText, itemBytes, writeEstimate } from '../cost.ts';
import { Failure } from '../parts.tsx';
import type { ServiceFailure } from '../service.ts';
import type { Table } from '../table.ts';
import { download } from './export-items.ts';
import { type FailedLine, type Imported, importFile, rejectedLines } from './import-items.ts';

const MOST_SHOWN = 50;

/** Imports a file of lines. */
export function ImportForm({ table }: { table: Table }) {
  const [file, setFile] = useState<File>();
  const [createOnly, setCreateOnly] = useState(false);
  const [dryRun, setDryRun] = useState(false);
  const [failed, setFailed] = useState<FailedLine[]>([]);
  const [imported, setImported] = useState<Imported>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [busy, setBusy] = useState(false);
  const estimate = file && writeEstimate(table, file.size / itemBytes(table));
  const run = async (event: Event) => {
    event.preventDefault();
    if (!file || !estimate) return;
    const asks = estimate.units > ASKS_ABOVE_UNITS && !dryRun;
    if (asks && !confirm(`This writes ${estimateText(estimate)}. Go on?`)) return;
    setBusy(true);
    setFailure(undefined);
    const lines: FailedLine[] = [];
    try {
      const options = {
        table: table.table,
        mode: createOnly ? 'create_only' : 'put',
        dryRun,
      } as const;
      await importFile(
        file,
        options,
        (news) => {
          if (news.failed) lines.push(news.failed);
          if (news.imported) setImported(news.imported);
        },
        new AbortController().signal,
      );
    } catch (error) {
      setFailure(error as ServiceFailure);
    } finally {
      setFailed(lines);
      setBusy(false);
    }
  };
  const save = async () => {
    if (file) download(`${table.table}.rejected.jsonl`, await rejectedLines(file, failed));
  };
  return (
    <section>
      <h2>Import</h2>
      <form onSubmit={(event) => void run(event)}>
        <label class="row">
          File of lines
          <input
            type="file"
            accept=".jsonl,.json,.ndjson,.gz"
            required
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
          />
        </label>
        <div class="row">
          <label class="check">
            <input
              type="checkbox"
              checked={createOnly}
              onChange={(event) => setCreateOnly(event.currentTarget.checked)}
            />
            Replace nothing
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={dryRun}
              onChange={(event) => setDryRun(event.currentTarget.checked)}
            />
            Only check
          </label>
          <button type="submit" class="primary" disabled={busy}>
            Import
          </button>
        </div>
      </form>
      {estimate && <p class="estimate">It writes {estimateText(estimate)}.</p>}
      {imported && (
        <p role="status">
          {imported.lines} lines: {imported.written} written, {imported.failed} failed
          {imported.unknown > 0 && `, ${imported.unknown} of which nobody knows`}
        </p>
      )}
      {failure && <Failure failure={failure} />}
      {failed.length > 0 && (
        <>
          <ul>
            {failed.slice(0, MOST_SHOWN).map(({ line, code, error }) => (
              <li key={line}>
                line {line}: {code}, {error}
              </li>
            ))}
          </ul>
          <button type="button" onClick={() => void save()}>
            Download the {failed.length} lines that failed
          </button>
        </>
      )}
    </section>
  );
}
