import { useState } from 'preact/hooks';
import { ASKS_ABOVE_UNITS, estimateText, tableEstimate } from '../cost.ts';
import { Failure } from '../parts.tsx';
import type { ServiceFailure } from '../service.ts';
import type { Table } from '../table.ts';
import { type Exported, exportTable } from './export-items.ts';

/** Exports the whole table. */
export function ExportForm({ table }: { table: Table }) {
  const [exported, setExported] = useState<Exported>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [ending, setEnding] = useState<AbortController>();
  const estimate = tableEstimate(table);
  const run = async () => {
    const asks = estimate.units > ASKS_ABOVE_UNITS;
    if (asks && !confirm(`This reads ${estimateText(estimate)}. Go on?`)) return;
    const abort = new AbortController();
    setEnding(abort);
    setFailure(undefined);
    setExported({ items: 0, isComplete: false });
    try {
      await exportTable(table.table, setExported, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) setFailure(error as ServiceFailure);
    } finally {
      setEnding(undefined);
    }
  };
  return (
    <section>
      <h2>Export</h2>
      <p>
        The whole table as a file of JSON lines, exact for every type. It reads{' '}
        {estimateText(estimate)}.
      </p>
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={ending !== undefined}
          onClick={() => void run()}
        >
          Export
        </button>
        {ending && (
          <button type="button" onClick={() => ending.abort()}>
            Stop
          </button>
        )}
        <span role="status">
          {exported && `${exported.items} items${exported.isComplete ? ', complete' : '…'}`}
        </span>
      </div>
      {failure && <Failure failure={failure} />}
    </section>
  );
}
