import { useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { estimateText, writeEstimate } from '../cost.ts';
import { counted } from '../counted.ts';
import { keyOf } from '../item/key.ts';
import { Dialog, Failure } from '../parts.tsx';
import { write } from '../service.ts';
import type { Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import type { Item } from '../values/attribute-value.ts';

/** Deletes items, once somebody has typed how many. */
export function DeleteMany(props: {
  table: Table;
  items: Item[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { table, items } = props;
  const [typed, setTyped] = useState('');
  const [left, setLeft] = useState(0);
  const { run, isRunning, failure } = useTask();
  const remove = async (confirmation?: string) => {
    const input = { table: table.table, delete: items.map((item) => keyOf(item, table)) };
    let unprocessed = 0;
    const isDone = await run(async () => {
      const reply = await write({ tool: 'batch_write_item', input }, confirmation);
      unprocessed = leftIn(reply);
    });
    if (!isDone) return;
    setLeft(unprocessed);
    if (unprocessed > 0) return;
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog title={`Delete ${counted(items.length, 'item')}`} onClose={props.onClose}>
      <p>
        This cannot be undone, and items that were changed in the meantime are deleted too. It
        writes {estimateText(writeEstimate(items))}.
      </p>
      {failure && <Failure failure={failure} onConfirm={(code) => void remove(code)} />}
      {left > 0 && <p role="alert">{counted(left, 'item')} could not be deleted. Try again.</p>}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
      >
        <label>
          Type {items.length} to delete them
          <input
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="danger" disabled={isRunning || typed !== String(items.length)}>
          Delete
        </button>
      </form>
    </Dialog>
  );
}

/** How many deletes were not done: throttled, or not the role's to do. */
function leftIn({ unprocessed, denied }: JsonObject): number {
  return [unprocessed, denied].reduce((sum: number, entries) => sum + deletesIn(entries), 0);
}

function deletesIn(entries: unknown): number {
  const { delete: deletes = [] } = (entries ?? {}) as { delete?: unknown[] };
  return deletes.length;
}
