import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { Choice, Dialog, Failure } from '../parts.tsx';
import { call, type ServiceFailure } from '../service.ts';
import { keyNames, type Table } from '../table.ts';
import { type Item, itemFromReply, type Type } from '../values/attribute-value.ts';
import { CallViews } from '../values/call-views.tsx';
import { deletingCall, differences, savingCall } from './change.ts';
import { Changes } from './changes.tsx';
import { Conflict } from './conflict.tsx';
import { FORMS, itemText, readItem } from './item-text.ts';
import { keyOf } from './key.ts';
import { TreeEditor } from './tree-editor.tsx';

interface Props {
  table: Table;
  /** Where it was read; undefined for the table itself. */
  index: string | undefined;
  /** Undefined for a new one. */
  item: Item | undefined;
  mayWrite: boolean;
  onClose: () => void;
  onSaved: () => void;
}

const VIEWS = { tree: 'Fields', ...FORMS } as const;
type View = keyof typeof VIEWS;

/** One item: to look at, to change, to copy, to delete. */
export function ItemDialog(props: Props) {
  const { table, index } = props;
  const [read, setRead] = useState(props.item);
  const [item, setItem] = useState<Item>(() => props.item ?? emptyItem(table));
  const [view, setView] = useState<View>('tree');
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [asked, setAsked] = useState<{ tool: string; input: JsonObject }>();
  const [shows, setShows] = useState<'changes' | 'call'>();
  // An index may not have all of an item: it is read whole before it can be changed.
  const isWhole = index === undefined || projectsAll(table, index);
  const mayWrite = props.mayWrite && (isWhole || read !== props.item);
  const changed = read ? differences(read, item) : [];

  const show = (next: View) => {
    if (next !== 'tree') setText(itemText(item, next));
    setWrong(undefined);
    setView(next);
  };
  const write = (given: string, form: 'plain' | 'dynamodb') => {
    setText(given);
    try {
      setItem(readItem(given, form));
      setWrong(undefined);
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  const take = (next: Item) => {
    setRead(next);
    setItem(next);
    if (view !== 'tree') setText(itemText(next, view));
    setFailure(undefined);
  };
  const readWhole = async () => {
    try {
      const reply = await call('get_item', {
        table: table.table,
        key: keyOf(item, table),
        consistent_read: true,
      });
      if (reply.item) take(itemFromReply(reply.item as JsonObject));
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  const send = async (request: { tool: string; input: JsonObject }) => {
    setShows(undefined);
    try {
      await call(request.tool, request.input);
      props.onSaved();
      props.onClose();
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  useEffect(() => setFailure(undefined), [item]);
  const current =
    failure?.code === 'ConditionalCheckFailed' && failure.body.item
      ? itemFromReply(failure.body.item as JsonObject)
      : undefined;

  return (
    <Dialog title={read ? 'Item' : 'New item'} onClose={props.onClose}>
      <div class="row">
        <Choice label="View" names={VIEWS} chosen={view} onChoose={show} />
        <button
          type="button"
          onClick={() =>
            setAsked({ tool: 'get_item', input: { table: table.table, key: keyOf(item, table) } })
          }
        >
          As a call
        </button>
      </div>
      {!isWhole && read === props.item && (
        <p class="note">
          {index} does not hold all of this item, so it cannot be changed here.{' '}
          <button type="button" onClick={() => void readWhole()}>
            Read the whole item
          </button>
        </p>
      )}
      {current ? (
        <Conflict
          mine={item}
          theirs={current}
          onTake={() => take(current)}
          onKeep={() => {
            setRead(current);
            setFailure(undefined);
          }}
        />
      ) : (
        failure && <Failure failure={failure} />
      )}
      {view === 'tree' ? (
        <TreeEditor
          item={item}
          fixed={read ? keyNames(table) : []}
          readOnly={!mayWrite}
          onChange={setItem}
        />
      ) : (
        <textarea
          aria-label={VIEWS[view]}
          spellcheck={false}
          readOnly={!mayWrite}
          rows={18}
          value={text}
          onInput={(event) => write(event.currentTarget.value, view)}
        />
      )}
      {wrong && <p role="alert">{wrong}</p>}
      {mayWrite && (
        <footer class="row">
          <button
            type="button"
            class="primary"
            disabled={wrong !== undefined || (read !== undefined && changed.length === 0)}
            onClick={() => setShows('changes')}
          >
            {read ? `Save ${changed.length} changes…` : 'Create…'}
          </button>
          {read && (
            <>
              <button
                type="button"
                onClick={() => {
                  setRead(undefined);
                }}
              >
                Copy as new
              </button>
              <button
                type="button"
                class="danger"
                onClick={() =>
                  confirm('Delete this item, if it still is as shown?') &&
                  void send(deletingCall(table, read))
                }
              >
                Delete
              </button>
            </>
          )}
        </footer>
      )}
      {shows === 'changes' && (
        <Changes
          before={read ?? {}}
          after={item}
          request={savingCall(table, read, item)}
          onSave={(request) => void send(request)}
          onClose={() => setShows(undefined)}
        />
      )}
      {asked && <CallViews table={table} {...asked} onClose={() => setAsked(undefined)} />}
    </Dialog>
  );
}

function projectsAll(table: Table, index: string): boolean {
  return table.indexes.find(({ index_name }) => index_name === index)?.projection === 'ALL';
}

function emptyItem(table: Table): Item {
  const empty = { S: { S: '' }, N: { N: '0' }, B: { B: '' } } satisfies Partial<
    Record<Type, unknown>
  >;
  return Object.fromEntries(
    table.key_schema.map(({ attribute_name, attribute_type }) => [
      attribute_name,
      empty[attribute_type],
    ]),
  );
}
