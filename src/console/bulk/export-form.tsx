import { useState } from 'preact/hooks';
import { estimateText, isWanted, tableEstimate } from '../cost.ts';
import { counted } from '../counted.ts';
import { Progress } from '../parts.tsx';
import type { Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import { type Exported, exportTable } from './export-items.ts';

/** Exports the whole table. */
export function ExportForm({ table }: { table: Table }) {
  const [exported, setExported] = useState<Exported>();
  const task = useTask();
  const estimate = tableEstimate(table);
  const start = async () => {
    if (!isWanted('reads', estimate)) return;
    setExported(undefined);
    await task.run((signal) => exportTable(table.table, setExported, signal));
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
          disabled={task.isRunning}
          onClick={() => void start()}
        >
          Export
        </button>
        <span role="status">
          {exported && counted(exported.items, 'item')}
          {exported && (exported.isComplete ? ', complete' : task.isRunning ? '…' : ', incomplete')}
        </span>
      </div>
      <Progress task={task} />
    </section>
  );
}
