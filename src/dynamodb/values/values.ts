import { invalid } from '../../errors.ts';
import { isExactNumber } from '../../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { decodeName, encodeName, TAG } from './attribute-names.ts';
import {
  decodeNumber,
  decodeString,
  type NativeItem,
  type NativeValue,
  refuseDepth,
} from './native-values.ts';
import { SizeBudget } from './size-budget.ts';
import { decodeTagged, encodeTagged } from './tagged-values.ts';

/**
 * The DynamoDB value that a JSON value of a request stands for. Throws ValidationError, and TooLarge
 * when the values that share the budget cannot fit one item.
 */
export function decodeValue(
  value: unknown,
  path: string,
  budget: SizeBudget = new SizeBudget(),
  depth = 0,
): NativeValue {
  if (typeof value === 'string') {
    budget.text(value);
    return decodeString(value, path);
  }
  if (value === null || typeof value === 'boolean') {
    budget.scalar();
    return value;
  }
  if (isExactNumber(value)) {
    budget.scalar();
    return decodeNumber(value, path);
  }
  if (Array.isArray(value)) {
    refuseDepth(depth, path);
    budget.container(value.length);
    return value.map((element, index) =>
      decodeValue(element, `${path}[${index}]`, budget, depth + 1),
    );
  }
  if (!isJsonObject(value)) throw invalid(path, 'a value must be JSON');
  if (Object.hasOwn(value, TAG)) return decodeTag(value, path, budget, depth);
  return decodeMap(value, path, budget, depth);
}

function decodeMap(
  value: JsonObject,
  path: string,
  budget: SizeBudget,
  depth: number,
): Map<string, NativeValue> {
  refuseDepth(depth, path);
  const members = Object.entries(value);
  budget.container(members.length);
  const map = new Map<string, NativeValue>();
  for (const [name, member] of members) {
    const inner = `${path}.${name}`;
    budget.text(name);
    map.set(decodeName(name, inner), decodeValue(member, inner, budget, depth + 1));
  }
  return map;
}

function decodeTag(
  value: JsonObject,
  path: string,
  budget: SizeBudget,
  depth: number,
): NativeValue {
  if (Object.keys(value).length > 1) {
    throw invalid(path, `"${TAG}" must be the only member of its object`);
  }
  return decodeTagged(value[TAG], path, budget, depth);
}

/** The attributes of an item, a key or a map of updates, by their stored names. */
export function decodeItem(item: JsonObject, path: string): NativeItem {
  const attributes: NativeItem = {};
  const budget = new SizeBudget();
  for (const [name, value] of Object.entries(item)) {
    const inner = `${path}.${name}`;
    budget.text(name);
    attributes[decodeName(name, inner)] = decodeValue(value, inner, budget);
  }
  return attributes;
}

/**
 * The JSON value that stands for a stored value, as the SDK returns it with numbers wrapped by
 * exactNumber. Maps and lists are changed in place: they belong to the answer alone.
 */
function encodeObject(value: object): unknown {
  if (JSON.isRawJSON(value)) return value;
  if (value instanceof Set || value instanceof Uint8Array) return encodeTagged(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index];
      if (typeof element === 'object' && element !== null) value[index] = encodeObject(element);
    }
    return value;
  }
  return encodeItem(value as JsonObject);
}

/** The JSON object that stands for a stored item or key. */
export function encodeItem(item: JsonObject): JsonObject {
  let renamed = false;
  // Every value that is read comes by here: only what has another form is written back.
  for (const name in item) {
    const value = item[name];
    if (typeof value === 'object' && value !== null) {
      const encoded = encodeObject(value);
      if (encoded !== value) item[name] = encoded;
    }
    if (encodeName(name) !== name) renamed = true;
  }
  if (!renamed) return item;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [encodeName(name), value]));
}
