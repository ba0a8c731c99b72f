import { useEffect, useRef } from 'preact/hooks';
import { counted } from '../counted.ts';
import { mayUse, type Session } from '../session.ts';
import type { ItemState } from './item-state.ts';

interface Props {
  state: ItemState;
  session: Session;
  /** Whether what is typed is no item. */
  isWrong: boolean;
  onSave: () => void;
  onDelete: () => void;
}

/** What can be done with an item, as far as it may be. */
export function Actions({ state, session, isWrong, onSave, onDelete }: Props) {
  const { read, changed, isBusy } = state;
  const maySave = mayUse(session, read ? 'update_item' : 'put_item');
  const canSave = maySave && !isWrong && !isBusy && (!read || changed.length > 0);
  const save = useRef<() => void>(() => {});
  save.current = () => canSave && onSave();
  useEffect(() => {
    const press = ({ key, ctrlKey, metaKey }: KeyboardEvent) => {
      if (key === 'Enter' && (ctrlKey || metaKey)) save.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <footer class="row">
      {maySave && (
        <button type="button" class="primary" disabled={!canSave} onClick={onSave}>
          {saveText(state)}
        </button>
      )}
      {read && mayUse(session, 'put_item') && (
        <button type="button" onClick={() => state.copy(session.has_policy)}>
          Copy as new
        </button>
      )}
      {read && mayUse(session, 'delete_item') && (
        <button
          type="button"
          class="danger"
          disabled={isBusy}
          onClick={() => confirm('Delete this item?') && onDelete()}
        >
          Delete
        </button>
      )}
    </footer>
  );
}

function saveText({ read, changed }: ItemState): string {
  if (!read) return 'Create…';
  return changed.length === 0 ? 'Save…' : `Save ${counted(changed.length, 'change')}…`;
}
