import type { ErrorCode } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import { engineServes } from './engine-has.ts';

/** A call that every transport must answer alike; `PARTY` stands for a partition of its own. */
export interface ParityCase {
  what: string;
  tool: string;
  request: JsonObject;
  /** Attributes of the items `ITEM#0`, `ITEM#1` … that are stored before. */
  stored?: JsonObject[];
  /** The code of the error; a success without. */
  code?: ErrorCode;
}

const key = { PK: 'PARTY', SK: 'ITEM#0' };
const missing = { PK: 'PARTY', SK: 'MISSING' };
const one = [{ v: 1, status: 'Open' }];
const three = [0, 1, 2].map((n) => ({ n, GSI1PK: 'PARTY', GSI1SK: `G#${n}` }));
const byPartition = { key_condition: 'PK = :pk', expression_values: { ':pk': 'PARTY' } };
const values = {
  text: 'ü 😀 "quoted" </data>',
  none: null,
  truth: false,
  list: [1, 'a', [], {}],
  map: { constructor: 'c', 'a.b': { deep: [0.1, -0, 1e21] } },
  set: { $ddb: { SS: ['a', 'b'] } },
  numbers: { $ddb: { NS: ['1', '2.5'] } },
  binary: { $ddb: { B: 'AQID' } },
  $$ddb: 'escaped',
};

const SUCCESSES: ParityCase[] = [
  {
    what: 'writes in a transaction',
    tool: 'transact_write_items',
    request: {
      operations: [
        { put: { item: { ...missing, ...values } } },
        { update: { key, add: { v: 1 } } },
      ],
    },
    stored: one,
  },
  {
    what: 'gets in a transaction',
    tool: 'transact_get_items',
    request: { keys: [{ key: missing }, { key }] },
    stored: [values],
  },

  {
    what: 'like an item',
    tool: 'search_vectors',
    request: { like: { key } },
    stored: [0, 1, 2].map((n) => ({ vec: [1, n, 0], n: JSON.rawJSON('0.1234567890123456789') })),
  },
  {
    what: 'whole items near a vector',
    tool: 'search_vectors',
    request: { vector: [1, 0, 0], partition: 'PARTY', whole_items: true, top_k: 1 },
    stored: [{ ...values, vec: [1, 0, 0] }],
  },
  { what: 'stores an item', tool: 'put_item', request: { item: { ...key, ...values } } },
  {
    what: 'returns what it replaced',
    tool: 'put_item',
    request: { item: key, return_old: true },
    stored: [values],
  },
  {
    what: 'replaced nothing',
    tool: 'put_item',
    request: { item: missing, return_old: true, create_only: true },
  },
  { what: 'every type of value', tool: 'get_item', request: { key }, stored: [values] },
  { what: 'no item', tool: 'get_item', request: { key: missing } },
  {
    what: 'a projection, null for absent',
    tool: 'get_item',
    request: { key, projection_expression: 'v', expression_names: null, consistent_read: true },
    stored: one,
  },
  {
    what: 'all verbs',
    tool: 'update_item',
    request: {
      key,
      updates: { text: 'new' },
      remove: ['none'],
      add: { n: 1 },
      append: { list: ['z'] },
      remove_from_set: { set: { $ddb: { SS: ['a'] } } },
      expected: { truth: false },
    },
    stored: [values],
  },
  {
    what: 'upsert',
    tool: 'update_item',
    request: { key: missing, updates: { v: 1 }, upsert: true },
  },
  {
    what: 'a reserved word',
    tool: 'update_item',
    request: { key, update_expression: 'SET status = :v', expression_values: { ':v': 1 } },
    stored: one,
  },
  {
    what: 'what was changed',
    tool: 'update_item',
    request: { key, add: { n: 1 }, return_values: 'UPDATED_NEW' },
    stored: [values],
  },
  {
    what: 'what was not there',
    tool: 'update_item',
    request: { key, remove: ['none'], return_values: 'UPDATED_OLD' },
    stored: one,
  },
  { what: 'an item', tool: 'delete_item', request: { key, return_old: true }, stored: one },
  { what: 'no item', tool: 'delete_item', request: { key: missing } },
  { what: 'a partition', tool: 'query', request: byPartition, stored: three },
  { what: 'a page', tool: 'query', request: { ...byPartition, limit: 2 }, stored: three },
  {
    what: 'the next page',
    tool: 'query',
    request: { ...byPartition, limit: 1, last_evaluated_key: key },
    stored: three,
  },
  {
    what: 'an empty filtered page with more',
    tool: 'query',
    request: {
      ...byPartition,
      filter_expression: 'n > :n',
      expression_values: { ':pk': 'PARTY', ':n': 1 },
      limit: 1,
    },
    stored: three,
  },
  {
    what: 'a walk over the index, descending',
    tool: 'query',
    request: {
      key: { GSI1PK: 'PARTY' },
      sort_key: { begins_with: 'G#' },
      index_name: 'GSI1',
      limit: 1,
      max_items: 2,
      scan_index_forward: false,
    },
    stored: three,
  },
  { what: 'a count', tool: 'query', request: { ...byPartition, select: 'COUNT' }, stored: three },
  { what: 'a page', tool: 'scan', request: { limit: 2 } },
  {
    what: 'a filtered projection',
    tool: 'scan',
    request: {
      filter_expression: 'pinned = :f',
      expression_values: { ':f': true },
      projection_expression: 'SK, pinned',
    },
  },
  {
    what: 'a filter of plain values, over several pages',
    tool: 'query',
    request: { ...byPartition, filter: { pinned: { exists: false } }, limit: 1, max_items: 1 },
    stored: three,
  },
  {
    what: 'one segment',
    tool: 'scan',
    request: { segment: 0, total_segments: 1, select: 'COUNT' },
  },
  {
    what: 'some of the keys',
    tool: 'batch_get_item',
    request: { keys: [key, missing, key] },
    stored: one,
  },
  {
    what: 'puts and deletes',
    tool: 'batch_write_item',
    request: { put: [{ ...missing, ...values }], delete: [key] },
    stored: one,
  },
  { what: 'the table', tool: 'describe_table', request: {} },
];

const ERRORS: ParityCase[] = [
  { what: 'no item', tool: 'put_item', request: {}, code: 'ValidationError' },
  { what: 'a wrong type', tool: 'get_item', request: { key: 'PARTY' }, code: 'ValidationError' },
  {
    what: 'an unknown field',
    tool: 'get_item',
    request: { key, nope: 1 },
    code: 'ValidationError',
  },
  { what: 'no sort key', tool: 'get_item', request: { key: { PK: 'P' } }, code: 'ValidationError' },
  { what: 'an empty key', tool: 'delete_item', request: { key: { ...key, SK: '' } } },
  { what: 'a lone surrogate', tool: 'put_item', request: { item: { ...key, v: '\ud800' } } },
  { what: 'a broken tag', tool: 'put_item', request: { item: { ...key, v: { $ddb: 1 } } } },
  { what: 'too deep a value', tool: 'put_item', request: { item: { ...key, v: nested(40) } } },
  {
    what: 'a filter that is none',
    tool: 'scan',
    request: { filter: { n: { gt: 1, most: 2 } } },
    code: 'ValidationError',
  },
  { what: 'nothing to do', tool: 'update_item', request: { key }, stored: one },
  { what: 'a key attribute', tool: 'update_item', request: { key, updates: { SK: 'x' } } },
  {
    what: 'an undefined value',
    tool: 'query',
    request: { key_condition: 'PK = :pk', expression_values: { ':x': 'PARTY' } },
  },
  { what: 'an unknown index', tool: 'query', request: { ...byPartition, index_name: 'GSI2' } },
  {
    what: 'a foreign page key',
    tool: 'query',
    request: { ...byPartition, last_evaluated_key: {} },
  },
  { what: 'text without embeddings', tool: 'search_vectors', request: { text: 'a' } },
  { what: 'neither condition nor key', tool: 'query', request: {} },
  { what: 'half of a segment', tool: 'scan', request: { segment: 1 } },
  { what: 'a limit of nothing', tool: 'scan', request: { limit: 0 } },
  { what: 'no keys', tool: 'batch_get_item', request: { keys: [] } },
  {
    what: 'too many keys',
    tool: 'batch_get_item',
    request: { keys: Array.from({ length: 21 }, (_, n) => ({ ...key, SK: `${n}` })) },
  },
  { what: 'a key named twice', tool: 'batch_write_item', request: { put: [key], delete: [key] } },
  { what: 'any field at all', tool: 'describe_table', request: { table: 'other' } },
].map((given) => ({ ...given, code: 'ValidationError' as const }));

const REFUSALS: ParityCase[] = [
  {
    what: 'a missing item',
    tool: 'update_item',
    request: { key: missing, updates: { v: 1 } },
    code: 'ItemNotFound',
  },
  {
    what: 'a condition that fails on an item',
    tool: 'update_item',
    request: { key, updates: { v: 2 }, expected: { text: 'other' } },
    stored: [values],
    code: 'ConditionalCheckFailed',
  },
  {
    what: 'a condition that fails on no item',
    tool: 'put_item',
    request: { item: missing, condition_expression: 'attribute_exists(PK)' },
    code: 'ConditionalCheckFailed',
  },
  {
    what: 'a key that is taken',
    tool: 'put_item',
    request: { item: key, create_only: true },
    stored: one,
    code: 'ConditionalCheckFailed',
  },
  {
    what: 'a condition on a deletion',
    tool: 'delete_item',
    request: { key, condition_expression: 'v = :v', expression_values: { ':v': 2 } },
    stored: one,
    code: 'ConditionalCheckFailed',
  },
  {
    what: 'a transaction that cannot be done',
    tool: 'transact_write_items',
    request: {
      operations: [
        { put: { item: missing } },
        { put: { item: key, create_only: true } },
        { update: { key: { PK: 'PARTY', SK: 'NONE' }, updates: { v: 1 } } },
      ],
    },
    stored: one,
    code: 'TransactionCanceled',
  },
  {
    what: 'an item over 400 KB',
    tool: 'put_item',
    request: { item: { ...key, big: 'x'.repeat(410_000) } },
    code: 'TooLarge',
  },
];

/** Every tool's success, and every kind of error that a caller can cause. */
const ALL_CASES = [...SUCCESSES, ...ERRORS, ...REFUSALS];

/** Those that the engine can answer. */
export const PARITY_CASES: readonly ParityCase[] = ALL_CASES.filter(({ tool }) =>
  engineServes(tool),
);

function nested(levels: number): unknown {
  return levels === 0 ? 'deep' : [nested(levels - 1)];
}
