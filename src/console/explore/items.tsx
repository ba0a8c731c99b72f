import { useMemo, useState } from 'preact/hooks';
import { Check } from '../parts.tsx';
import { moveByArrows } from '../shortcuts.tsx';
import { keyNames, type Table } from '../table.ts';
import { type AttributeValue, type Item, partsOf } from '../values/attribute-value.ts';
import { Cell } from '../values/cell.tsx';
import { compareCells } from '../values/compare-cells.ts';
import { addressOf } from './address.ts';

interface Props {
  table: Table;
  items: Item[];
  chosen: Item[];
  onChoose: (items: Item[]) => void;
  onOpen: (item: Item) => void;
}

interface Order {
  name: string;
  descending: boolean;
}

const MOST_COLUMNS = 8;

/** Items as a table: keys first, columns to choose, sorted as somebody likes. */
export function Items({ table, items, chosen, onChoose, onOpen }: Props) {
  const names = useMemo(() => columnsOf(items, keyNames(table)), [items, table]);
  const [shown, setShown] = useState<string[]>();
  const [order, setOrder] = useState<Order>();
  const columns = shown?.filter((name) => names.includes(name)) ?? names.slice(0, MOST_COLUMNS);
  const sorted = useMemo(() => sort(items, order), [items, order]);
  if (items.length === 0) return <p class="empty">No items.</p>;
  const toggle = (name: string) =>
    setShown(columns.includes(name) ? columns.filter((each) => each !== name) : [...columns, name]);
  const choose = (item: Item) =>
    onChoose(chosen.includes(item) ? chosen.filter((each) => each !== item) : [...chosen, item]);
  return (
    <>
      <details class="columns">
        <summary>
          Columns ({columns.length} of {names.length})
        </summary>
        {names.map((name) => (
          <Check
            key={name}
            label={name}
            checked={columns.includes(name)}
            onChange={() => toggle(name)}
          />
        ))}
      </details>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Items" onKeyDown={moveByArrows}>
        <table>
          <Head
            columns={columns}
            order={order}
            isAll={chosen.length === items.length}
            onOrder={setOrder}
            onChooseAll={(isAll) => onChoose(isAll ? items : [])}
          />
          <tbody>
            {sorted.map((item, at) => (
              <tr key={at}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Choose ${labelOf(item, table)}`}
                    checked={chosen.includes(item)}
                    onChange={() => choose(item)}
                  />
                </td>
                {columns.map((name, column) => (
                  <td key={name}>
                    {column === 0 ? (
                      <button
                        type="button"
                        class="link"
                        aria-label={`Open ${labelOf(item, table)}`}
                        onClick={() => onOpen(item)}
                      >
                        <Cell value={item[name]} />
                      </button>
                    ) : (
                      <FollowedCell table={table} name={name} value={item[name]} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Head(props: {
  columns: string[];
  order: Order | undefined;
  isAll: boolean;
  onOrder: (order: Order) => void;
  onChooseAll: (isAll: boolean) => void;
}) {
  const { columns, order, isAll } = props;
  return (
    <thead>
      <tr>
        <th>
          <input
            type="checkbox"
            aria-label="Choose all"
            checked={isAll}
            onChange={() => props.onChooseAll(!isAll)}
          />
        </th>
        {columns.map((name) => {
          const isOrder = order?.name === name;
          const descending = isOrder && !order.descending;
          return (
            <th
              key={name}
              aria-sort={isOrder ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button type="button" onClick={() => props.onOrder({ name, descending })}>
                {name}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** A value; where it is the partition key of an index, a link to what the index has there. */
function FollowedCell(props: { table: Table; name: string; value: AttributeValue | undefined }) {
  const { table, name, value } = props;
  const index = table.indexes.find(({ key_schema: [first] }) => first?.attribute_name === name);
  if (!index || !value) return <Cell value={value} />;
  return (
    <a href={addressOf({ index: index.index_name, partition: textOf(value) })}>
      <Cell value={value} />
    </a>
  );
}

function columnsOf(items: Item[], keys: string[]): string[] {
  const counts = new Map<string, number>();
  const folded = new Set<string>();
  for (const [name, value] of items.flatMap((item) => Object.entries(item))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if ('L' in value || 'M' in value) folded.add(name);
  }
  const others = [...counts].filter(([name]) => !keys.includes(name));
  // What most items have comes first, and what is folded, such as a vector, last.
  const rank = (name: string) => Number(folded.has(name));
  others.sort(
    ([one, many], [other, more]) =>
      rank(one) - rank(other) || more - many || (one < other ? -1 : 1),
  );
  return [...keys.filter((name) => counts.has(name)), ...others.map(([name]) => name)];
}

function sort(items: Item[], order: Order | undefined): Item[] {
  if (!order) return items;
  const direction = order.descending ? -1 : 1;
  return items.toSorted(
    (one, other) => direction * compareCells(one[order.name], other[order.name]),
  );
}

/** What names an item to somebody who hears it. */
function labelOf(item: Item, table: Table): string {
  return keyNames(table)
    .map((name) => textOf(item[name]))
    .join(', ');
}

function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : String(partsOf(value)[1]);
}
