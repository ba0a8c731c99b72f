import type { JsonObject } from '../../json/parse.ts';
import type { ToolCall } from '../service.ts';
import { keyNames, type Table } from '../table.ts';
import {
  type Item,
  isSame,
  itemToRequest,
  requestName,
  toRequest,
} from '../values/attribute-value.ts';
import { keyOf } from './key.ts';

/** So many attributes that stay as they are can be asked for beside those that change. */
const MOST_EXPECTED = 100;

/** What has to be as it was read: all of it, or what changes where a policy may mask the rest. */
export type Expects = 'all' | 'changes';

/** An attribute that differs. */
export interface Difference {
  name: string;
  before: Item[string] | undefined;
  after: Item[string] | undefined;
}

/** What differs between two versions of an item. */
export function differences(before: Item, after: Item): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !isSame(before[name], after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

/** The call that saves an item as it was changed, only while it still is as it was read. */
export function savingCall(
  table: Table,
  before: Item | undefined,
  after: Item,
  expects: Expects,
): ToolCall {
  const keys = keyNames(table);
  const isNew = !before || keys.some((name) => !isSame(before[name], after[name]));
  if (isNew) {
    return {
      tool: 'put_item',
      input: { table: table.table, item: itemToRequest(after), create_only: true },
    };
  }
  const changed = differences(before, after);
  const updates = changed.flatMap(({ name, after: value }) => (value ? [[name, value]] : []));
  const removed = changed.flatMap(({ name, after: value }) => (value ? [] : [requestName(name)]));
  return {
    tool: 'update_item',
    input: {
      table: table.table,
      key: keyOf(before, table),
      ...(updates.length > 0 && { updates: itemToRequest(Object.fromEntries(updates)) }),
      ...(removed.length > 0 && { remove: removed }),
      expected: expectedOf(table, before, changed, expects),
      return_values: 'ALL_NEW',
    },
  };
}

/** The call that deletes an item, only while what is expected of it still is as it was read. */
export function deletingCall(table: Table, item: Item, expects: Expects): ToolCall {
  const expected = expectedOf(table, item, [], expects);
  const isConditional = Object.keys(expected).length > 0;
  return {
    tool: 'delete_item',
    input: { table: table.table, key: keyOf(item, table), ...(isConditional && { expected }) },
  };
}

/** What was read: all of it, or where that is too much what changes; null where nothing was. */
function expectedOf(
  table: Table,
  before: Item,
  changed: Difference[],
  expects: Expects,
): JsonObject {
  const most = expects === 'all' ? MOST_EXPECTED : 0;
  const names = changed.map(({ name }) => name);
  const others = Object.keys(before).filter(
    (name) => !keyNames(table).includes(name) && !names.includes(name),
  );
  const asked = [...names, ...others.slice(0, Math.max(0, most - names.length))];
  const values = asked.map((name): [string, unknown] => [
    requestName(name),
    before[name] ? toRequest(before[name]) : null,
  ]);
  return Object.fromEntries(values);
}
