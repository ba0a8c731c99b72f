import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid, ServiceError, shorten } from '../../errors.ts';
import type { JsonObject } from '../../json/parse.ts';
import { checkIndexKeys } from '../tables/keys.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import { decodeName } from '../values/attribute-names.ts';
import type { NativeValue } from '../values/native-values.ts';
import { decodeItem } from '../values/values.ts';
import type { Expressions } from './expressions.ts';

/** What to do with attributes, by their literal names; each attribute in one verb at most. */
export interface UpdateVerbs {
  updates?: JsonObject | undefined;
  remove?: string[] | undefined;
  add?: JsonObject | undefined;
  append?: JsonObject | undefined;
  removeFromSet?: JsonObject | undefined;
}

/** A verb that takes values: its field in a request, and what DynamoDB calls it. */
interface Verb {
  readonly member: Exclude<keyof UpdateVerbs, 'remove'>;
  readonly field: string;
  readonly keyword: 'SET' | 'ADD' | 'DELETE';
  /** What its values must be; any, where it does not say. */
  readonly takes?: { type: string; accepts(value: NativeValue): boolean };
  action(name: string, value: NativeValue, expressions: Expressions): string;
}

/** `#g0 :g1`, as ADD and DELETE have it. */
const operand: Verb['action'] = (name, value, expressions) => `${name} ${expressions.value(value)}`;

const A_SET = '{"$ddb": {"SS": ["a"]}}';

const VERBS: readonly Verb[] = [
  {
    member: 'updates',
    field: 'updates',
    keyword: 'SET',
    action: (name, value, expressions) => `${name}=${expressions.value(value)}`,
  },
  {
    member: 'append',
    field: 'append',
    keyword: 'SET',
    takes: { type: 'a list, such as ["a"]', accepts: Array.isArray },
    action: (name, value, expressions) => {
      const empty = expressions.value([]);
      return `${name}=list_append(if_not_exists(${name},${empty}),${expressions.value(value)})`;
    },
  },
  {
    member: 'add',
    field: 'add',
    keyword: 'ADD',
    takes: {
      type: `a number or a set, such as ${A_SET}`,
      accepts: (value) => isNumber(value) || isSet(value),
    },
    action: operand,
  },
  {
    member: 'removeFromSet',
    field: 'remove_from_set',
    keyword: 'DELETE',
    takes: { type: `a set, such as ${A_SET}`, accepts: isSet },
    action: operand,
  },
];

/** The update expression of the verbs; throws ValidationError when they make no sense together. */
export function buildUpdate(
  verbs: UpdateVerbs,
  table: TableSchema,
  expressions: Expressions,
): string {
  const clauses = { SET: '', REMOVE: '', ADD: '', DELETE: '' };
  const named = new Set<string>();
  const act = (keyword: keyof typeof clauses, attribute: string, action: string) => {
    refuseKeyOrRepeat(attribute, table, named);
    named.add(attribute);
    clauses[keyword] += clauses[keyword] ? `,${action}` : `${keyword} ${action}`;
  };
  for (const { member, field, keyword, takes, action } of VERBS) {
    const given = verbs[member];
    if (!given) continue;
    const attributes = decodeItem(given, field);
    for (const [name, value] of Object.entries(attributes)) {
      if (takes && !takes.accepts(value)) {
        throw invalid(`${field}.${name}`, `must be ${takes.type}`);
      }
      act(keyword, name, action(expressions.name(name), value, expressions));
    }
    if (member === 'updates') checkIndexKeys(attributes, table, field);
  }
  for (const [index, given] of (verbs.remove ?? []).entries()) {
    const name = decodeName(given, `remove[${index}]`);
    act('REMOVE', name, expressions.name(name));
  }
  if (named.size === 0) throw new ServiceError('ValidationError', 'There is nothing to update.');
  return Object.values(clauses).filter(Boolean).join(' ');
}

/** An attribute can be updated once, and a key attribute not at all. */
function refuseKeyOrRepeat(attribute: string, table: TableSchema, named: Set<string>): void {
  if (table.attributes.some(({ name }) => name === attribute)) {
    throw invalid('', `"${shorten(attribute)}" is a key attribute, which an update cannot change`);
  }
  if (named.has(attribute)) {
    throw invalid('', `"${shorten(attribute)}" is named twice among the things to update`);
  }
}

function isNumber(value: NativeValue): boolean {
  return typeof value === 'number' || value instanceof NumberValue;
}

function isSet(value: NativeValue): boolean {
  return value instanceof Set;
}
