import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { ItemDialog } from '../item/item-dialog.tsx';
import { Progress } from '../parts.tsx';
import type { TableRoomProps } from '../room.tsx';
import { read } from '../service.ts';
import { keyNames, noteSizes, type Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import { type Item, itemFromReply } from '../values/attribute-value.ts';
import { brief } from '../values/cell.tsx';
import { objectIn } from '../values/object-in.ts';

interface Found {
  item: Item;
  score: number;
}

const MOST_FOUND = 20;

/** Items that are near in meaning to an item, or to a text where embeddings are configured. */
export function Search({ table, session }: TableRoomProps) {
  const [like, setLike] = useState(likeInAddress);
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found[]>();
  const [open, setOpen] = useState<Item>();
  const task = useTask();
  const search = (asked: JsonObject) => {
    setFound(undefined);
    void task.run(async (signal) => setFound(await neighborsOf(table, asked, signal)));
  };
  const searchLike = () => {
    const key = objectIn(like);
    if (key) search({ like: { key } });
  };
  useEffect(searchLike, []);
  if (table.vector_indexes.length === 0)
    return <p class="empty">This table has no vector index.</p>;
  return (
    <>
      <SearchForm
        label="More like the item with this key"
        placeholder='{"PK": "…", "SK": "…"}'
        value={like}
        isReady={objectIn(like) !== undefined}
        onChange={setLike}
        onSearch={searchLike}
      />
      {session.embeds && (
        <SearchForm
          label="Near this text"
          value={text}
          isReady={text !== ''}
          onChange={setText}
          onSearch={() => search({ text })}
        />
      )}
      <Progress task={task} />
      {found?.length === 0 && <p class="empty">Nothing was found.</p>}
      {found && found.length > 0 && <p class="note">The nearest first, with their distances.</p>}
      {found && (
        <ol class="found">
          {found.map(({ item, score }) => (
            <li key={JSON.stringify(item)}>
              <button type="button" class="link" onClick={() => setOpen(item)}>
                {keyNames(table)
                  .map((name) => item[name])
                  .flatMap((key) => (key ? [brief(key)] : []))
                  .join(' · ')}
              </button>{' '}
              <span>{summaryOf(item, keyNames(table))}</span> <small>{score.toFixed(3)}</small>
            </li>
          ))}
        </ol>
      )}
      {open && (
        <ItemDialog
          table={table}
          session={session}
          index={undefined}
          item={open}
          onClose={() => setOpen(undefined)}
          onSaved={searchLike}
        />
      )}
    </>
  );
}

function SearchForm(props: {
  label: string;
  placeholder?: string;
  value: string;
  isReady: boolean;
  onChange: (value: string) => void;
  onSearch: () => void;
}) {
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSearch();
      }}
    >
      <label>
        {props.label}
        <input
          class="wide"
          placeholder={props.placeholder}
          value={props.value}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={!props.isReady}>
        Search
      </button>
    </form>
  );
}

async function neighborsOf(table: Table, asked: JsonObject, signal: AbortSignal): Promise<Found[]> {
  const input = { table: table.table, top_k: MOST_FOUND, whole_items: true, ...asked };
  const reply = await read({ tool: 'search_vectors', input }, signal);
  const found = (reply.results as { item: JsonObject; score: number }[]).map(({ item, score }) => ({
    item: itemFromReply(item),
    score: Number(score),
  }));
  noteSizes(
    table,
    found.map(({ item }) => item),
  );
  return found;
}

/** The texts of an item, to be recognized by. */
function summaryOf(item: Item, keys: string[]): string {
  const texts = Object.keys(item)
    .filter((name) => !keys.includes(name))
    .toSorted()
    .flatMap((name) => (item[name] && 'S' in item[name] ? [item[name].S] : []));
  return texts.join(' · ').slice(0, 160);
}

/** The key that another room asks about, as in `#search?like={"PK": …}`. */
function likeInAddress(): string {
  return new URLSearchParams(location.hash.split('?')[1] ?? '').get('like') ?? '';
}
