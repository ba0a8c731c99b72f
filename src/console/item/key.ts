import type { JsonObject } from '../../json/parse.ts';
import { keyNames, type Table } from '../table.ts';
import { type Item, itemToPlain, requestName, toRequest } from '../values/attribute-value.ts';

/** The key of an item, for a request. */
export function keyOf(item: Item, table: Table): JsonObject {
  return Object.fromEntries(
    keyNames(table).flatMap((name) =>
      item[name] ? [[requestName(name), toRequest(item[name])]] : [],
    ),
  );
}

/** The key of an item as a person reads it. */
export function plainKey(item: Item, table: Table): JsonObject {
  const plain = itemToPlain(item);
  const names = keyNames(table).map(requestName);
  return Object.fromEntries(names.map((name) => [name, plain[name]]));
}
