import { invalid } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import type { Shape } from './json-text.ts';

/** The value without the fields that are null, which is to say absent; stored values are kept. */
export function withoutNulls(value: unknown, shape: Shape, path = ''): unknown {
  if (Array.isArray(value)) {
    const { elements } = shape;
    if (!elements?.isClosed) return value;
    return value.map((element, index) => withoutNulls(element, elements, `${path}[${index}]`));
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
  let kept = given;
  for (const name in given) {
    const value = given[name];
    const shape = value === null ? undefined : members.get(name);
    const read = shape ? withoutNulls(value, shape, at(name)) : value;
    if (value !== null && read === value) continue;
    if (kept === given) kept = { ...given };
    if (value === null) delete kept[name];
    else kept[name] = read;
  }
  return kept;
}
