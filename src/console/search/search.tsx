import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { ItemDialog } from '../item/item-dialog.tsx';
import { Failure } from '../parts.tsx';
import type { RoomProps } from '../rooms.ts';
import { call, type ServiceFailure } from '../service.ts';
import { type Item, itemFromReply } from '../values/attribute-value.ts';
import { brief } from '../values/cell.tsx';
import { objectIn } from '../values/object-in.ts';

interface Found {
  item: Item;
  score: number;
}

/** Items that are near in meaning to an item, or to a text where embeddings are configured. */
export function Search({ table, session }: RoomProps) {
  const [like, setLike] = useState(likeInAddress);
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found[]>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const [open, setOpen] = useState<Item>();
  const search = async (asked: JsonObject) => {
    setFailure(undefined);
    try {
      const reply = await call('search_vectors', {
        table: table.table,
        top_k: 20,
        whole_items: true,
        ...asked,
      });
      const results = reply.results as { item: JsonObject; score: number }[];
      setFound(
        results.map(({ item, score }) => ({ item: itemFromReply(item), score: Number(score) })),
      );
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  const searchLike = () => {
    const key = objectIn(like);
    if (key) void search({ like: { key } });
  };
  useEffect(searchLike, []);
  if (table.vector_indexes.length === 0)
    return <p class="empty">This table has no vector index.</p>;
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          searchLike();
        }}
      >
        <label>
          More like the item with this key
          <input
            class="wide"
            placeholder='{"PK": "…", "SK": "…"}'
            value={like}
            onInput={(event) => setLike(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={!objectIn(like)}>
          Search
        </button>
      </form>
      {session.embeds && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            void search({ text });
          }}
        >
          <label>
            Near this text
            <input
              class="wide"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="primary" disabled={text === ''}>
            Search
          </button>
        </form>
      )}
      {failure && <Failure failure={failure} />}
      {found?.length === 0 && <p class="empty">Nothing was found.</p>}
      {found && (
        <ol class="found">
          {found.map(({ item, score }) => (
            <li key={JSON.stringify(item)}>
              <button type="button" class="link" onClick={() => setOpen(item)}>
                {table.key_schema
                  .map(({ attribute_name }) => item[attribute_name])
                  .flatMap((key) => (key ? [brief(key)] : []))
                  .join(' · ')}
              </button>{' '}
              <span>
                {summaryOf(
                  item,
                  table.key_schema.map(({ attribute_name }) => attribute_name),
                )}
              </span>{' '}
              <small>{score.toFixed(3)}</small>
            </li>
          ))}
        </ol>
      )}
      {open && (
        <ItemDialog
          table={table}
          index={undefined}
          item={open}
          mayWrite={false}
          expects="all"
          onClose={() => setOpen(undefined)}
          onSaved={() => {}}
        />
      )}
    </>
  );
}

/** The texts of an item, to be recognized by. */
function summaryOf(item: Item, keys: string[]): string {
  const texts = Object.entries(item).flatMap(([name, value]) =>
    'S' in value && !keys.includes(name) ? [value.S] : [],
  );
  return texts.join(' · ').slice(0, 160);
}

/** The key that another room asks about, as in `#search?like={"PK": …}`. */
function likeInAddress(): string {
  return new URLSearchParams(location.hash.split('?')[1] ?? '').get('like') ?? '';
}
