import { useState } from 'preact/hooks';
import { Choice, Dialog } from '../parts.tsx';
import { mayUse, type Session } from '../session.ts';
import { keyNames, type Table } from '../table.ts';
import type { Item } from '../values/attribute-value.ts';
import { CallDialog } from '../values/call-views.tsx';
import { Actions } from './actions.tsx';
import { deletingCall, type Expects, savingCall } from './change.ts';
import { Changes } from './changes.tsx';
import { useItem } from './item-state.ts';
import { FORMS, type Form } from './item-text.ts';
import { keyOf, plainKey } from './key.ts';
import { Refusal } from './refusal.tsx';
import { TextEditor } from './text-editor.tsx';
import { TreeEditor } from './tree-editor.tsx';

interface Props {
  table: Table;
  session: Session;
  /** Where it was read; undefined for the table itself. */
  index: string | undefined;
  /** Undefined for a new one. */
  item: Item | undefined;
  onClose: () => void;
  onSaved: () => void;
}

const VIEWS = { tree: 'Fields', ...FORMS } as const;

/** One item: to look at, to change, to copy, to delete. */
export function ItemDialog({ table, session, index, item: given, onClose, onSaved }: Props) {
  const state = useItem(table, given);
  const { read, item } = state;
  const [view, setView] = useState<'tree' | Form>('tree');
  const [wrong, setWrong] = useState<string>();
  const [shown, setShown] = useState<'changes' | 'call'>();
  const [isWhole, setWhole] = useState(index === undefined || projectsAll(table, index));
  const isReadOnly = !isWhole || !mayUse(session, read ? 'update_item' : 'put_item');
  // A role may see something else in place of a value: what is to be as it was read is what changes.
  const expects: Expects = session.has_policy ? 'changes' : 'all';

  const closeOnce = async (sending: Promise<boolean>) => {
    setShown(undefined);
    if (!(await sending)) return;
    onSaved();
    onClose();
  };
  const leave = () => {
    if (!state.isUnsaved || confirm('Discard what you have changed?')) onClose();
  };
  const show = (next: 'tree' | Form) => {
    setWrong(undefined);
    setView(next);
  };
  const readWhole = async () => {
    if (await state.readWhole()) setWhole(true);
  };
  return (
    <Dialog title={read ? 'Item' : 'New item'} onClose={leave}>
      <div class="row">
        <Choice label="View" names={VIEWS} chosen={view} onChoose={show} />
        <button type="button" onClick={() => setShown('call')}>
          As a call
        </button>
        {read && hasVector(table, read) && mayUse(session, 'search_vectors') && (
          <a
            href={`#search?${new URLSearchParams({ like: JSON.stringify(plainKey(read, table)) })}`}
          >
            More like this
          </a>
        )}
      </div>
      {!isWhole && (
        <p class="note">
          {index} does not hold all of this item, so it cannot be changed here.{' '}
          <button type="button" onClick={() => void readWhole()}>
            Read the whole item
          </button>
        </p>
      )}
      <Refusal state={state} onConfirm={(code) => void closeOnce(state.confirm(code))} />
      {view === 'tree' ? (
        <TreeEditor
          item={item}
          fixed={read ? keyNames(table) : []}
          readOnly={isReadOnly}
          onChange={state.change}
        />
      ) : (
        <TextEditor
          key={view}
          item={item}
          form={view}
          readOnly={isReadOnly}
          onChange={state.change}
          onWrong={setWrong}
        />
      )}
      {wrong && <p role="alert">{wrong}</p>}
      {isWhole && (
        <Actions
          state={state}
          session={session}
          isWrong={wrong !== undefined}
          onSave={() => setShown('changes')}
          onDelete={() => read && void closeOnce(state.send(deletingCall(table, read, expects)))}
        />
      )}
      {shown === 'changes' && (
        <Changes
          before={read ?? {}}
          after={item}
          call={savingCall(table, read, item, expects)}
          onSave={(call) => void closeOnce(state.send(call))}
          onClose={() => setShown(undefined)}
        />
      )}
      {shown === 'call' && (
        <CallDialog
          call={{ tool: 'get_item', input: { table: table.table, key: keyOf(item, table) } }}
          onClose={() => setShown(undefined)}
        />
      )}
    </Dialog>
  );
}

/** Whether items like it can be found by a vector of it. */
function hasVector(table: Table, item: Item): boolean {
  return table.vector_indexes.some(({ vector_attribute: name }) => item[name] !== undefined);
}

function projectsAll(table: Table, index: string): boolean {
  return table.indexes.find(({ index_name }) => index_name === index)?.projection === 'ALL';
}
