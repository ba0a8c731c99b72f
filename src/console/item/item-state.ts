import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { call, type ServiceFailure } from '../service.ts';
import type { Table } from '../table.ts';
import { type AttributeValue, type Item, itemFromReply } from '../values/attribute-value.ts';
import { type Difference, differences } from './change.ts';
import { keyOf } from './key.ts';

/** A call of a tool. */
export interface Request {
  tool: string;
  input: JsonObject;
}

/** An item while somebody works on it. */
export interface ItemState {
  /** As it was read; undefined for a new one. */
  readonly read: Item | undefined;
  readonly item: Item;
  readonly changed: readonly Difference[];
  readonly failure: ServiceFailure | undefined;
  /** What is stored now, where somebody else has changed it. */
  readonly stored: Item | undefined;
  change(item: Item): void;
  /** Goes on from what is stored. */
  take(stored: Item): void;
  /** Keeps the changes, to be made to what is stored. */
  keep(stored: Item): void;
  /** Goes on with a new item that has the same attributes. */
  copy(): void;
  /** Reads all of it from the table. */
  readWhole(): Promise<void>;
  /** True once it is done; a refusal is shown. */
  send(request: Request): Promise<boolean>;
}

/** Keeps an item as it was read, and as it is to be. */
export function useItem(table: Table, given: Item | undefined): ItemState {
  const [read, setRead] = useState(given);
  const [item, setItem] = useState<Item>(() => given ?? emptyItem(table));
  const [failure, setFailure] = useState<ServiceFailure>();
  useEffect(() => setFailure(undefined), [item]);
  const take = (stored: Item) => {
    setRead(stored);
    setItem(stored);
    setFailure(undefined);
  };
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
      return true;
    } catch (error) {
      setFailure(error as ServiceFailure);
      return false;
    }
  };
  return {
    read,
    item,
    changed: read ? differences(read, item) : [],
    failure,
    stored: storedIn(failure),
    change: setItem,
    take,
    keep: (stored) => {
      setRead(stored);
      setFailure(undefined);
    },
    copy: () => setRead(undefined),
    readWhole: async () => {
      await attempt(async () => {
        const key = keyOf(item, table);
        const reply = await call('get_item', { table: table.table, key, consistent_read: true });
        if (reply.item) take(itemFromReply(reply.item as JsonObject));
      });
    },
    send: ({ tool, input }) =>
      attempt(async () => {
        await call(tool, input);
      }),
  };
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
