import type { ResultView } from '../dynamodb/calls/call.ts';
import { TAG } from '../dynamodb/values/attribute-names.ts';
import { SHORTEST_VECTOR } from '../dynamodb/values/shortest-vector.ts';
import { invalid } from '../errors.ts';
import { isExactNumber } from '../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';

/** Stands for a list of numbers that nobody reads: `{"$vector": 1024}`. */
const VECTOR = '$vector';
/** Stands beside a key for attributes that are too large for a result. */
const LARGE = '$large';
const STANDS_FOR_MORE = /^\$(?:vector|large)$/;
const LIKE_THOSE = /^\$+(?:vector|large)$/;

/** Deeper than any value that the service takes. */
const DEEPEST = 64;
const MOST_NAMES = 200;
/** The part of a result that the names of an outline may take. */
const NAMES_SHARE = 0.5;

/**
 * What is stored, for models. Hosts parse results into doubles, so that a number which a double
 * cannot hold is a tagged text; long lists of numbers and large items are told, not shown; a stored
 * attribute with a name like those gains one `$`, and loses it on the way in.
 */
export function modelView(maxBytes: number): ResultView {
  return {
    maxBytes,
    show: (item, named) => showItem(item, named),
    outline: (item, key) => ({
      ...showItem(key),
      [LARGE]: outlineOf(item, maxBytes * NAMES_SHARE),
    }),
    read: (input) => {
      const { remove } = input;
      if (!Array.isArray(remove)) return readMembers(input, '');
      return { ...readMembers(input, ''), remove: remove.map(readListedName) };
    },
  };
}

function showItem(item: JsonObject, named?: ReadonlySet<string>): JsonObject {
  return showMembers(item, (name, value) =>
    named?.has(name) ? showExactly(value) : showValue(value),
  );
}

/** The members in their new forms; the object itself where nothing is new. */
function showMembers(
  members: JsonObject,
  show: (name: string, value: unknown) => unknown,
): JsonObject {
  const entries = Object.entries(members);
  const shown = entries.map(([name, value]): [string, unknown] => [
    LIKE_THOSE.test(name) ? `$${name}` : name,
    typeof value === 'object' && value !== null ? show(name, value) : value,
  ]);
  const same = shown.every(
    ([name, value], at) => name === entries[at]?.[0] && value === entries[at]?.[1],
  );
  return same ? members : Object.fromEntries(shown);
}

function showValue(value: unknown): unknown {
  if (Array.isArray(value) && isVector(value)) return { [VECTOR]: value.length };
  return showInside(value, showValue);
}

/** As it is, but for numbers and names. */
function showExactly(value: unknown): unknown {
  return showInside(value, showExactly);
}

function showInside(value: unknown, show: (value: unknown) => unknown): unknown {
  if (JSON.isRawJSON(value)) return { [TAG]: { N: value.rawJSON } };
  if (Array.isArray(value)) {
    const shown = value.map(show);
    return shown.some((element, at) => element !== value[at]) ? shown : value;
  }
  if (!isJsonObject(value) || Object.hasOwn(value, TAG)) return value;
  return showMembers(value, (_name, member) => show(member));
}

function isVector(list: unknown[]): boolean {
  return list.length >= SHORTEST_VECTOR && list.every(isExactNumber);
}

/** The names of an item's attributes with their bytes as JSON, the largest first. */
function outlineOf(item: JsonObject, mostBytes: number) {
  const sizes = Object.entries(item)
    .map(([name, value]): [string, number] => [name, byteLength(value)])
    .sort(([, a], [, b]) => b - a);
  let bytes = 0;
  const fitting = sizes.slice(0, MOST_NAMES).filter(([name]) => {
    bytes += byteLength(name) + MOST_NAMES.toString().length;
    return bytes <= mostBytes;
  });
  const left = sizes.length - fitting.length;
  return {
    bytes: byteLength(item),
    attributes: Object.fromEntries(fitting),
    ...(left > 0 && { more_attributes: left }),
  };
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function readMembers(members: JsonObject, path: string, depth = 0): JsonObject {
  const entries = Object.entries(members);
  const read = entries.map(([name, value]): [string, unknown] => {
    const at = path === '' ? name : `${path}.${name}`;
    return [readName(name, at), readValue(value, at, depth + 1)];
  });
  const same = read.every(
    ([name, value], at) => name === entries[at]?.[0] && value === entries[at]?.[1],
  );
  return same ? members : Object.fromEntries(read);
}

function readValue(value: unknown, path: string, depth: number): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    const read = value.map((element, at) => readValue(element, `${path}[${at}]`, depth + 1));
    return read.some((element, at) => element !== value[at]) ? read : value;
  }
  if (!isJsonObject(value) || Object.hasOwn(value, TAG)) return value;
  return readMembers(value, path, depth);
}

/** A name in a list of attributes. */
function readListedName(name: unknown, index: number): unknown {
  return typeof name === 'string' ? readName(name, `remove[${index}]`) : name;
}

function readName(name: string, path: string): string {
  if (STANDS_FOR_MORE.test(name)) {
    throw invalid(
      path,
      `"${name}" stands for what was not shown, and would replace it; leave the attribute out, or write "$${name}" for an attribute of this name`,
    );
  }
  return LIKE_THOSE.test(name) ? name.slice(1) : name;
}
