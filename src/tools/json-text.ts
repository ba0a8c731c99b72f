import { isJsonObject, type JsonObject, parseJson } from '../json/parse.ts';

/** Where a schema wants objects and lists, and so where JSON text may stand for one. */
export interface Shape {
  kind: 'object' | 'array';
  members: ReadonlyMap<string, Shape>;
  /** Whether an object has fields of the service's, not names of the caller's. */
  isClosed: boolean;
  elements: Shape | undefined;
}

/** The shape of a JSON Schema; undefined where neither an object nor a list is wanted. */
export function shapeOf({ type, properties, items }: JsonObject): Shape | undefined {
  if (type !== 'object' && type !== 'array') return undefined;
  const members = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(
    ([name, schema]): [string, Shape][] => {
      const shape = isJsonObject(schema) ? shapeOf(schema) : undefined;
      return shape ? [[name, shape]] : [];
    },
  );
  const elements = isJsonObject(items) ? shapeOf(items) : undefined;
  return { kind: type, members: new Map(members), isClosed: properties !== undefined, elements };
}

/**
 * The value with its objects and lists where some clients send the JSON text of one, having encoded
 * their arguments twice. A text is read once: what it encodes is taken as it is.
 */
export function readJsonText(value: unknown, shape: Shape): unknown {
  if (typeof value === 'string') return fromText(value, shape.kind) ?? value;
  if (Array.isArray(value)) return shape.elements ? readElements(value, shape.elements) : value;
  return isJsonObject(value) ? readMembers(value, shape.members) : value;
}

function readElements(list: unknown[], shape: Shape): unknown[] {
  const read = list.map((element) => readJsonText(element, shape));
  return read.some((element, index) => element !== list[index]) ? read : list;
}

function readMembers(object: JsonObject, shapes: Shape['members']): JsonObject {
  let read = object;
  for (const [name, shape] of shapes) {
    if (!Object.hasOwn(object, name)) continue;
    const member = readJsonText(object[name], shape);
    if (member === object[name]) continue;
    if (read === object) read = { ...object };
    read[name] = member;
  }
  return read;
}

const OPENING = { object: /^\s*\{/, array: /^\s*\[/ };

/** The object or list that a text encodes, its numbers exact; undefined when it is another text. */
export function fromText(text: string, kind: Shape['kind']): unknown {
  if (!OPENING[kind].test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
