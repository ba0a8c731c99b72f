import { keyNames, type Table } from '../table.ts';
import type { Item } from '../values/attribute-value.ts';

/** An item with its key first, and then its attributes by name: DynamoDB has no order of its own. */
export function inOrder(item: Item, table: Table): Item {
  const keys = keyNames(table).filter((name) => Object.hasOwn(item, name));
  const others = Object.keys(item).filter((name) => !keys.includes(name));
  const names = [...keys, ...others.toSorted()];
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}
