import { useState } from 'preact/hooks';
import { Choice, Dialog, Failure } from '../parts.tsx';
import { keyNames, type Table } from '../table.ts';
import type { Item } from '../values/attribute-value.ts';
import { CallViews } from '../values/call-views.tsx';
import { deletingCall, type Expects, savingCall } from './change.ts';
import { Changes } from './changes.tsx';
import { Conflict } from './conflict.tsx';
import { type ItemState, type Request, useItem } from './item-state.ts';
import { FORMS, type Form } from './item-text.ts';
import { keyOf, plainKey } from './key.ts';
import { TextEditor } from './text-editor.tsx';
import { TreeEditor } from './tree-editor.tsx';

interface Props {
  table: Table;
  /** Where it was read; undefined for the table itself. */
  index: string | undefined;
  /** Undefined for a new one. */
  item: Item | undefined;
  mayWrite: boolean;
  expects: Expects;
  onClose: () => void;
  onSaved: () => void;
}

const VIEWS = { tree: 'Fields', ...FORMS } as const;

/** One item: to look at, to change, to copy, to delete. */
export function ItemDialog(props: Props) {
  const { table, index } = props;
  const state = useItem(table, props.item);
  const { read, item } = state;
  const [view, setView] = useState<'tree' | Form>('tree');
  const [wrong, setWrong] = useState<string>();
  const [shown, setShown] = useState<'changes' | 'call'>();
  // An index may not have all of an item: it is read whole before it can be changed.
  const isPart = index !== undefined && !projectsAll(table, index) && read === props.item;
  const mayWrite = props.mayWrite && !isPart;

  const send = async (request: Request) => {
    setShown(undefined);
    if (!(await state.send(request))) return;
    props.onSaved();
    props.onClose();
  };
  const show = (next: 'tree' | Form) => {
    setWrong(undefined);
    setView(next);
  };
  return (
    <Dialog title={read ? 'Item' : 'New item'} onClose={props.onClose}>
      <div class="row">
        <Choice label="View" names={VIEWS} chosen={view} onChoose={show} />
        <button type="button" onClick={() => setShown('call')}>
          As a call
        </button>
        {read && hasVector(table, read) && (
          <a
            href={`#search?${new URLSearchParams({ like: JSON.stringify(plainKey(read, table)) })}`}
          >
            More like this
          </a>
        )}
      </div>
      {isPart && (
        <p class="note">
          {index} does not hold all of this item, so it cannot be changed here.{' '}
          <button type="button" onClick={() => void state.readWhole()}>
            Read the whole item
          </button>
        </p>
      )}
      <Refusal state={state} />
      {view === 'tree' ? (
        <TreeEditor
          item={item}
          fixed={read ? keyNames(table) : []}
          readOnly={!mayWrite}
          onChange={state.change}
        />
      ) : (
        <TextEditor
          key={view}
          item={item}
          form={view}
          readOnly={!mayWrite}
          onChange={state.change}
          onWrong={setWrong}
        />
      )}
      {wrong && <p role="alert">{wrong}</p>}
      {mayWrite && (
        <Actions
          state={state}
          isWrong={wrong !== undefined}
          onSave={() => setShown('changes')}
          onDelete={() => read && void send(deletingCall(table, read, props.expects))}
        />
      )}
      {shown === 'changes' && (
        <Changes
          before={read ?? {}}
          after={item}
          request={savingCall(table, read, item, props.expects)}
          onSave={(request) => void send(request)}
          onClose={() => setShown(undefined)}
        />
      )}
      {shown === 'call' && (
        <CallViews
          table={table}
          tool="get_item"
          input={{ table: table.table, key: keyOf(item, table) }}
          onClose={() => setShown(undefined)}
        />
      )}
    </Dialog>
  );
}

/** Why the last thing was not done; with both versions where the item has changed. */
function Refusal({ state }: { state: ItemState }) {
  const { failure, stored, item } = state;
  if (!failure) return null;
  if (!stored) return <Failure failure={failure} />;
  return (
    <Conflict
      mine={item}
      theirs={stored}
      onTake={() => state.take(stored)}
      onKeep={() => state.keep(stored)}
    />
  );
}

interface ActionsProps {
  state: ItemState;
  isWrong: boolean;
  onSave: () => void;
  onDelete: () => void;
}

function Actions({ state, isWrong, onSave, onDelete }: ActionsProps) {
  const { read, changed } = state;
  return (
    <footer class="row">
      <button
        type="button"
        class="primary"
        disabled={isWrong || (read !== undefined && changed.length === 0)}
        onClick={onSave}
      >
        {read ? `Save ${changed.length} changes…` : 'Create…'}
      </button>
      {read && (
        <>
          <button type="button" onClick={state.copy}>
            Copy as new
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => confirm('Delete this item?') && onDelete()}
          >
            Delete
          </button>
        </>
      )}
    </footer>
  );
}

/** Whether items like it can be found by a vector of it. */
function hasVector(table: Table, item: Item): boolean {
  return table.vector_indexes.some(({ vector_attribute: name }) => item[name] !== undefined);
}

function projectsAll(table: Table, index: string): boolean {
  return table.indexes.find(({ index_name }) => index_name === index)?.projection === 'ALL';
}
