import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { read as readTool, ServiceFailure, type ToolCall, write } from '../service.ts';
import { noteSizes, type Table } from '../table.ts';
import { useTask } from '../use-task.ts';
import { type AttributeValue, type Item, itemFromReply } from '../values/attribute-value.ts';
import { type Difference, differences } from './change.ts';
import { inOrder } from './in-order.ts';
import { keyOf } from './key.ts';

/** An item while somebody works on it. */
export interface ItemState {
  /** As it was read; undefined for a new one. */
  readonly read: Item | undefined;
  readonly item: Item;
  readonly changed: readonly Difference[];
  /** Whether there is something that would be lost. */
  readonly isUnsaved: boolean;
  readonly isBusy: boolean;
  readonly failure: ServiceFailure | undefined;
  /** What is stored now, where somebody else has changed it. */
  readonly stored: Item | undefined;
  change(item: Item): void;
  /** Goes on from what is stored. */
  take(stored: Item): void;
  /** Keeps the changes, to be made to what is stored. */
  keep(stored: Item): void;
  /** Goes on with a new item that has the same attributes, but for what may stand for hidden values. */
  copy(mayBeMasked: boolean): void;
  /** Reads all of it from the table; true once it is read. */
  readWhole(): Promise<boolean>;
  /** Sends a write; true once it is done, while a refusal is shown. */
  send(call: ToolCall): Promise<boolean>;
  /** Sends the last write again, confirmed. */
  confirm(confirmation: string): Promise<boolean>;
}

/** Keeps an item as it was read, and as it is to be. */
export function useItem(table: Table, given: Item | undefined): ItemState {
  const [read, setRead] = useState(() => given && inOrder(given, table));
  const [first] = useState<Item>(() => read ?? emptyItem(table));
  const [item, setItem] = useState(first);
  const [sent, setSent] = useState<ToolCall>();
  const { run, isRunning, failure, forget } = useTask();
  useEffect(forget, [item]);
  const take = (stored: Item) => {
    const ordered = inOrder(stored, table);
    setRead(ordered);
    setItem(ordered);
    forget();
  };
  const send = (call: ToolCall, confirmation?: string) => {
    setSent(call);
    return run(async () => {
      await write(call, confirmation);
    });
  };
  const changed = read ? differences(read, item) : [];
  return {
    read,
    item,
    changed,
    isUnsaved: read ? changed.length > 0 : item !== first,
    isBusy: isRunning,
    failure,
    stored: storedIn(failure),
    change: setItem,
    take,
    keep: (stored) => {
      setRead(inOrder(stored, table));
      forget();
    },
    copy: (mayBeMasked) => {
      setRead(undefined);
      if (mayBeMasked) setItem(withoutMasked(item));
    },
    readWhole: () => {
      const input = { table: table.table, key: keyOf(item, table), consistent_read: true };
      return run(async (signal) => {
        const reply = await readTool({ tool: 'get_item', input }, signal);
        if (!reply.item) throw new ServiceFailure('NotFound', 'The item is no longer there.');
        const whole = itemFromReply(reply.item as JsonObject);
        noteSizes(table, [whole]);
        take(whole);
      });
    },
    send,
    confirm: async (confirmation) => sent !== undefined && send(sent, confirmation),
  };
}

/** What a policy shows in place of a value; it is none to be stored. */
const MASK = /^(?:\[redacted\]|hash:[\w-]+)$/;

function withoutMasked(item: Item): Item {
  const plain = Object.entries(item).filter(([, value]) => !('S' in value && MASK.test(value.S)));
  return Object.fromEntries(plain);
}

/** The item that a failed condition brings with it. */
function storedIn(failure: ServiceFailure | undefined): Item | undefined {
  if (failure?.code !== 'ConditionalCheckFailed' || !failure.body.item) return undefined;
  return itemFromReply(failure.body.item as JsonObject);
}

const EMPTY: Record<'S' | 'N' | 'B', AttributeValue> = {
  S: { S: '' },
  N: { N: '0' },
  B: { B: '' },
};

function emptyItem(table: Table): Item {
  return Object.fromEntries(
    table.key_schema.map(({ attribute_name, attribute_type }) => [
      attribute_name,
      EMPTY[attribute_type],
    ]),
  );
}
