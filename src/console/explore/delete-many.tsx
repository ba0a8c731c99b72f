import { useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { estimateText, writeEstimate } from '../cost.ts';
import { keyOf } from '../item/key.ts';
import { Dialog, Failure } from '../parts.tsx';
import { call, type ServiceFailure } from '../service.ts';
import type { Table } from '../table.ts';
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
  const [failure, setFailure] = useState<ServiceFailure>();
  const [left, setLeft] = useState(0);
  const remove = async (event: Event) => {
    event.preventDefault();
    try {
      const reply = await call('batch_write_item', {
        table: table.table,
        delete: items.map((item) => keyOf(item, table)),
      });
      const unprocessed = (reply.unprocessed as { delete: JsonObject[] }).delete.length;
      props.onDone();
      if (unprocessed === 0) props.onClose();
      else setLeft(unprocessed);
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  return (
    <Dialog title={`Delete ${items.length} items`} onClose={props.onClose}>
      <p>This cannot be undone. It writes {estimateText(writeEstimate(table, items.length))}.</p>
      {failure && <Failure failure={failure} />}
      {left > 0 && <p role="alert">{left} items are left: delete them again.</p>}
      <form class="row" onSubmit={(event) => void remove(event)}>
        <label>
          Type {items.length} to delete them
          <input
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="danger" disabled={typed !== String(items.length)}>
          Delete
        </button>
      </form>
    </Dialog>
  );
}
