import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { ItemDialog } from '../item/item-dialog.tsx';
import { Progress } from '../parts.tsx';
import type { TableRoomProps } from '../room.tsx';
import { keyNames } from '../table.ts';
import { useTask } from '../use-task.ts';
import type { Item } from '../values/attribute-value.ts';
import { brief } from '../values/cell.tsx';
import { objectIn } from '../values/object-in.ts';
import { type Found, neighborsOf } from './neighbors.ts';
import { SearchForm, Where } from './search-fields.tsx';

/** Items that are near in meaning to an item, or to a text where embeddings are configured. */
export function Search({ table, session }: TableRoomProps) {
  const [like, setLike] = useState(likeInAddress);
  const [text, setText] = useState('');
  const [indexName, setIndexName] = useState(table.vector_indexes[0]?.index_name ?? '');
  const [partition, setPartition] = useState('');
  const [found, setFound] = useState<Found[]>();
  const [open, setOpen] = useState<Item>();
  const task = useTask();
  const index = table.vector_indexes.find(({ index_name }) => index_name === indexName);
  const search = (asked: JsonObject) => {
    const where = { index_name: indexName, ...(partition !== '' && { partition }) };
    setFound(undefined);
    void task.run(async (signal) =>
      setFound(await neighborsOf(table, { ...where, ...asked }, signal)),
    );
  };
  const searchLike = () => {
    const key = objectIn(like);
    if (key) search({ like: { key } });
  };
  useEffect(searchLike, []);
  if (!index) return <p class="empty">This table has no vector index.</p>;
  const needsPartition = index.partition_attribute !== null && partition === '';
  return (
    <>
      <Where
        table={table}
        index={index}
        partition={partition}
        onIndex={setIndexName}
        onPartition={setPartition}
      />
      <SearchForm
        label="More like the item with this key"
        placeholder='{"PK": "…", "SK": "…"}'
        value={like}
        isReady={objectIn(like) !== undefined}
        onChange={setLike}
        onSearch={searchLike}
      />
      {session.embeds && needsPartition && (
        <p class="note">
          A text is searched for within one {index.partition_attribute}: say which, above.
        </p>
      )}
      {session.embeds && (
        <SearchForm
          label="Near this text"
          value={text}
          isReady={text !== '' && !needsPartition}
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
