import type { JsonObject } from '../../json/parse.ts';
import { keyNames, type Table } from '../table.ts';
import { type Item, itemToPlain, toRequest } from '../values/attribute-value.ts';

/** The key of an item, for a request. */
export function keyOf(item: Item, table: Table): JsonObject {
  return Object.fromEntries(
    keyNames(table).flatMap((name) => (item[name] ? [[name, toRequest(item[name])]] : [])),
  );
}

/** The key of an item as a person reads it. */
export function plainKey(item: Item, table: Table): JsonObject {
  const plain = itemToPlain(item);
  return Object.fromEntries(keyNames(table).map((name) => [name, plain[name]]));
}
