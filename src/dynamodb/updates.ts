import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid, ServiceError, shorten } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import { decodeName } from './attribute-names.ts';
import type { Expressions } from './expressions.ts';
import { checkIndexKeys } from './keys.ts';
import type { NativeItem, NativeValue } from './native-values.ts';
import { keyAttributes, type TableSchema } from './table-schema.ts';
import { decodeItem } from './values.ts';

/** What to do with attributes, by their literal names; each attribute in one verb at most. */
export interface UpdateVerbs {
  updates?: JsonObject | undefined;
  remove?: string[] | undefined;
  add?: JsonObject | undefined;
  append?: JsonObject | undefined;
  removeFromSet?: JsonObject | undefined;
}

/** One verb decoded: the attributes it names and the values it takes. */
interface DecodedVerbs {
  updates: NativeItem;
  remove: string[];
  add: NativeItem;
  append: NativeItem;
  removeFromSet: NativeItem;
}

/** The update expression of the verbs; throws ValidationError when they make no sense together. */
export function buildUpdate(
  verbs: UpdateVerbs,
  table: TableSchema,
  expressions: Expressions,
): string {
  const decoded = decodeVerbs(verbs);
  refuseRepeats(decoded, table);
  checkIndexKeys(decoded.updates, table, 'updates');
  const name = (attribute: string) => expressions.name(attribute);
  const clause = (keyword: string, actions: string[]) =>
    actions.length > 0 ? [`${keyword} ${actions.join()}`] : [];
  const pairs = (item: NativeItem, join: string) =>
    Object.entries(item).map(([key, value]) => `${name(key)}${join}${expressions.value(value)}`);
  return [
    ...clause('SET', [
      ...pairs(decoded.updates, '='),
      ...Object.entries(decoded.append).map(([key, value]) =>
        append(name(key), value, expressions),
      ),
    ]),
    ...clause('REMOVE', decoded.remove.map(name)),
    ...clause('ADD', pairs(decoded.add, ' ')),
    ...clause('DELETE', pairs(decoded.removeFromSet, ' ')),
  ].join(' ');
}

function append(name: string, value: NativeValue, expressions: Expressions): string {
  const empty = expressions.value([]);
  return `${name}=list_append(if_not_exists(${name},${empty}),${expressions.value(value)})`;
}

function decodeVerbs(verbs: UpdateVerbs): DecodedVerbs {
  const decoded = {
    updates: decodeItem(verbs.updates ?? {}, 'updates'),
    remove: (verbs.remove ?? []).map((name, index) => decodeName(name, `remove[${index}]`)),
    add: decodeItem(verbs.add ?? {}, 'add'),
    append: decodeItem(verbs.append ?? {}, 'append'),
    removeFromSet: decodeItem(verbs.removeFromSet ?? {}, 'remove_from_set'),
  };
  requireType(decoded.add, 'add', 'a number or a set', (value) => isNumber(value) || isSet(value));
  requireType(decoded.append, 'append', 'a list', Array.isArray);
  requireType(decoded.removeFromSet, 'remove_from_set', 'a set', isSet);
  return decoded;
}

function requireType(
  attributes: NativeItem,
  verb: string,
  type: string,
  accepts: (value: NativeValue) => boolean,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!accepts(value)) throw invalid(`${verb}.${name}`, `must be ${type}`);
  }
}

function refuseRepeats(decoded: DecodedVerbs, table: TableSchema): void {
  const keys = new Set(keyAttributes(table).map(({ name }) => name));
  const named = new Set<string>();
  const { remove, ...maps } = decoded;
  for (const name of [...remove, ...Object.values(maps).flatMap((map) => Object.keys(map))]) {
    if (keys.has(name)) {
      throw invalid('', `"${shorten(name)}" is a key attribute, which an update cannot change`);
    }
    if (named.has(name))
      throw invalid('', `"${shorten(name)}" is named twice among the things to update`);
    named.add(name);
  }
  if (named.size === 0) throw new ServiceError('ValidationError', 'There is nothing to update.');
}

function isNumber(value: NativeValue): boolean {
  return typeof value === 'number' || value instanceof NumberValue;
}

function isSet(value: NativeValue): boolean {
  return value instanceof Set;
}
