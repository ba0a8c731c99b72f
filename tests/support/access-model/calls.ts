import type { Item } from './grants.ts';

/** What a caller asks for, in the form in which the model knows it. */
export interface Reading {
  tool: 'query' | 'scan';
  partition?: string;
  index?: boolean;
  filter: Record<string, unknown>;
  projection?: string[];
  /** What the sort key begins with. */
  sort?: string;
  limit?: number;
  /** Whether the limit is one of items that match. */
  walks: boolean;
  count: boolean;
  /** Whether filter and key are written as expressions. */
  written: boolean;
}

export interface Getting {
  tool: 'get_item' | 'batch_get_item' | 'transact_get_items';
  keys: Item[];
  projection?: string[];
}

/** What must hold of what is stored: null for an attribute that must be absent. */
interface Conditions {
  expected: Item;
  /** Whether it is written as an expression. */
  written: boolean;
}

export interface Put extends Conditions {
  kind: 'put';
  item: Item;
  create_only: boolean;
}

export interface Update extends Conditions {
  kind: 'update';
  key: Item;
  updates: Item;
  remove: string[];
  add: Item;
  /** An attribute that another is copied to. */
  copy?: [from: string, to: string];
  upsert: boolean;
}

export interface Delete extends Conditions {
  kind: 'delete';
  key: Item;
}

export interface Check extends Conditions {
  kind: 'check';
  key: Item;
}

export type Write = Put | Update | Delete | Check;

export interface Writing {
  tool: 'put_item' | 'update_item' | 'delete_item' | 'batch_write_item' | 'transact_write_items';
  writes: Write[];
}

export type ModelCall = Reading | Getting | Writing;

const placeholders = (names: readonly string[]) => ({
  expression_names: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
});

function projected(projection: string[] | undefined, used: string[] = []) {
  if (!projection) return {};
  const expression = projection.map((_, index) => `#n${used.length + index}`).join(' , ');
  return { projection_expression: expression };
}

/** A read as the service takes it. */
export function readingBody(call: Reading): Item {
  const { index, projection, limit, walks, count } = call;
  const { names, ...asked } = call.written ? writtenReading(call) : plainReading(call);
  const all = [...names, ...(projection ?? [])];
  return {
    ...asked,
    ...(index && { index_name: 'GSI1' }),
    ...(all.length > 0 && placeholders(all)),
    ...projected(projection, names),
    ...(limit !== undefined && { [walks ? 'max_items' : 'limit']: limit }),
    ...(count && { select: 'COUNT' }),
  };
}

function plainReading({ partition, sort, index, filter }: Reading) {
  const compared = Object.entries(filter).map(([name, value]) => [name, { eq: value }]);
  return {
    names: [],
    filter: Object.fromEntries(compared),
    ...(partition !== undefined && { key: { [index ? 'GSI1PK' : 'PK']: partition } }),
    ...(sort !== undefined && { sort_key: { begins_with: sort } }),
  };
}

function writtenReading({ partition, sort, index, filter }: Reading) {
  const asked = Object.entries(filter);
  const expression = asked
    .map((_, at) => (at % 2 ? `NOT (#n${at} <> :v${at})` : `(#n${at}=:v${at})`))
    .join(' aNd ');
  const [key, sortKey] = index ? ['GSI1PK', 'GSI1SK'] : ['PK', 'SK'];
  const sorted = sort === undefined ? '' : ` and ( begins_with(${sortKey},:s) )`;
  const values = {
    ...Object.fromEntries(asked.map(([, value], at) => [`:v${at}`, value])),
    ...(partition !== undefined && { ':p': partition }),
    ...(sort !== undefined && { ':s': sort }),
  };
  return {
    names: asked.map(([name]) => name),
    ...(partition !== undefined && { key_condition: `(:p = ${key})${sorted}` }),
    ...(asked.length > 0 && { filter_expression: expression }),
    ...(Object.keys(values).length > 0 && { expression_values: values }),
  };
}

/** A get as the service takes it. */
export function gettingBody({ tool, keys, projection }: Getting): Item {
  const asked = {
    ...projected(projection),
    ...(projection && placeholders(projection)),
  };
  if (tool === 'get_item') return { key: keys[0], ...asked };
  if (tool === 'batch_get_item') return { keys, ...asked };
  return { keys: keys.map((key) => ({ key, ...asked })) };
}

function writeBody({ kind, expected, written, ...write }: Write): Item {
  const { copy, updates, remove, add, ...rest } = write as Partial<Update>;
  const names: Item = copy ? { '#from': copy[0], '#to': copy[1] } : {};
  const values: Item = {};
  const conditions = Object.entries(expected).map(([name, value], at) => {
    names[`#c${at}`] = name;
    if (value === null) return `attribute_not_exists (#c${at})`;
    values[`:c${at}`] = value;
    return `:c${at}= #c${at}`;
  });
  const isWritten = written && conditions.length > 0;
  const used = isWritten ? names : copy ? { '#from': copy[0], '#to': copy[1] } : {};
  return {
    ...rest,
    ...(kind === 'update' &&
      (copy ? { update_expression: 'sEt #to =#from' } : { updates, remove, add })),
    ...(isWritten ? { condition_expression: conditions.join(' and ') } : { expected }),
    ...(Object.keys(used).length > 0 && { expression_names: used }),
    ...(isWritten && Object.keys(values).length > 0 && { expression_values: values }),
  };
}

/** A write as the service takes it. */
export function writingBody({ tool, writes }: Writing): Item {
  if (tool === 'transact_write_items') {
    return { operations: writes.map((write) => ({ [write.kind]: writeBody(write) })) };
  }
  if (tool !== 'batch_write_item') {
    const [write] = writes;
    if (!write) return {};
    return { ...writeBody(write), ...(write.kind !== 'update' && { return_old: true }) };
  }
  return {
    put: writes.flatMap((write) => (write.kind === 'put' ? [write.item] : [])),
    delete: writes.flatMap((write) => (write.kind === 'delete' ? [write.key] : [])),
  };
}
