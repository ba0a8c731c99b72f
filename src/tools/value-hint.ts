import { TAG } from '../dynamodb/values/attribute-names.ts';
import { shorten } from '../errors.ts';
import { parseDecimal } from '../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';

const MOST_PATHS = 3;
/** What is refused can be of any size and depth: so much of it is looked at. */
const MOST_VALUES = 10_000;
const MOST_LEVELS = 32;
const MOST_OPERATIONS = 100;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** The fields whose values are a caller's own. */
const FIELDS = new Set([
  ...['item', 'put', 'updates', 'add', 'append', 'remove_from_set', 'expected'],
  ...['expression_values', 'sort_key', 'filter'],
]);
/** The fields that are keys, or lists of them: attributes by name, whatever their names are. */
const KEYS = new Set(['key', 'keys', 'delete', 'last_evaluated_key']);

const isText = (content: unknown) => typeof content === 'string';
const isNumeral = (content: unknown) =>
  typeof content === 'string' && parseDecimal(content) !== undefined;
const isBase64 = (content: unknown) => typeof content === 'string' && BASE64.test(content);
const listOf = (isMember: (member: unknown) => boolean) => (content: unknown) =>
  Array.isArray(content) && content.every(isMember);

/** The types of DynamoDB's own JSON, and whether a content is one that the type holds. */
const HOLDS: Readonly<Record<string, (content: unknown, level: number) => boolean>> = {
  S: isText,
  N: isNumeral,
  B: isBase64,
  BOOL: (content) => typeof content === 'boolean',
  NULL: (content) => content === true,
  SS: listOf(isText),
  NS: listOf(isNumeral),
  BS: listOf(isBase64),
  L: (content, level) => Array.isArray(content) && areTyped(content, level),
  M: (content, level) => isJsonObject(content) && areTyped(Object.values(content), level),
};

/** Whether a value looks like one of DynamoDB's own JSON, such as `{"S": "x"}`. */
function looksTyped(value: unknown, level = 0): boolean {
  if (!isJsonObject(value) || level > MOST_LEVELS) return false;
  let type: string | undefined;
  for (const name in value) {
    if (type !== undefined || !Object.hasOwn(HOLDS, name)) return false;
    type = name;
  }
  return type !== undefined && HOLDS[type]?.(value[type], level) === true;
}

function areTyped(values: unknown[], level: number): boolean {
  return values.every((value) => looksTyped(value, level + 1));
}

/**
 * What to tell a caller whose values look like DynamoDB's own JSON: they are the maps that they
 * are, which is seldom meant. Undefined where none does.
 */
export function valueHint(input: JsonObject, refused = false): string | undefined {
  const search: Search = { refused, paths: [], left: MOST_VALUES };
  const { paths } = search;
  findInFields(input, '', search);
  findInOperations(input.operations, search);
  if (paths.length === 0) return undefined;
  const look =
    paths.length === 1
      ? "looks like DynamoDB's own JSON and is taken as the map it is"
      : "look like DynamoDB's own JSON and are taken as the maps they are";
  return `${paths.join(', ')} ${look}: write plain values, "x" instead of {"S": "x"}.`;
}

/** What was found, and how many more values may be looked at. */
interface Search {
  /** Keys are looked at in what was refused: those of what was done are right. */
  readonly refused: boolean;
  paths: string[];
  left: number;
}

function findInFields(input: JsonObject, prefix: string, search: Search): void {
  for (const field in input) {
    if (FIELDS.has(field)) findTyped(input[field], prefix + field, search);
    else if (search.refused && KEYS.has(field)) {
      for (const [key, path] of keysIn(input[field], prefix + field)) {
        findInMembers(key, path, search);
      }
    }
  }
}

/** Each operation of a transaction has the fields of a tool. */
function findInOperations(operations: unknown, search: Search): void {
  if (!Array.isArray(operations)) return;
  for (const [index, operation] of operations.slice(0, MOST_OPERATIONS).entries()) {
    if (!isJsonObject(operation)) continue;
    for (const kind in operation) {
      const part = operation[kind];
      if (isJsonObject(part)) findInFields(part, `operations[${index}].${kind}.`, search);
    }
  }
}

function findTyped(value: unknown, path: string, search: Search, level = 0): void {
  if (!isContainer(value) || Object.hasOwn(value, TAG)) return;
  if (looksTyped(value)) {
    search.paths.push(shorten(path));
    return;
  }
  findInMembers(value, path, search, level);
}

function findInMembers(
  value: JsonObject | unknown[],
  path: string,
  search: Search,
  level = 0,
): void {
  if (level >= MOST_LEVELS || (Array.isArray(value) && !value.some(isContainer))) return;
  for (const name in value) {
    if (search.paths.length >= MOST_PATHS || search.left-- <= 0) return;
    const member = (value as JsonObject)[name];
    if (!isContainer(member)) continue;
    const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    findTyped(member, place, search, level + 1);
  }
}

/** The keys in a field, each with its path. */
function keysIn(value: unknown, path: string): [JsonObject, string][] {
  if (isJsonObject(value)) return [[value, path]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((key, index) => keysIn(key, `${path}[${index}]`));
}

function isContainer(value: unknown): value is JsonObject | unknown[] {
  return isJsonObject(value) || Array.isArray(value);
}
