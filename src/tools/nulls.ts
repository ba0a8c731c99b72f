import { invalid } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import type { Shape } from './json-text.ts';

/** The value without the fields that are null, which is to say absent; stored values are kept. */
export function withoutNulls(value: unknown, shape: Shape, path = ''): unknown {
  if (Array.isArray(value)) {
    const { elements } = shape;
    return elements?.isClosed
      ? value.map((element, index) => withoutNulls(element, elements, `${path}[${index}]`))
      : value;
  }
  return shape.isClosed && isJsonObject(value) ? withoutNullFields(value, shape, path) : value;
}

function withoutNullFields(given: JsonObject, { members }: Shape, path: string): JsonObject {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Object.hasOwn(given, '__proto__')) {
    throw invalid(
      at('__proto__'),
      path === '' ? 'is not a field of any tool' : 'is not a field here',
    );
  }
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    const shape = members.get(name);
    kept[name] = shape ? withoutNulls(value, shape, at(name)) : value;
  }
  return kept;
}
