import { decodeName, encodeName, TAG } from '../../dynamodb/values/attribute-names.ts';
import { isExactNumber, numberText } from '../../json/decimal.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import { setMember } from '../../json/reader.ts';

/** An item as DynamoDB's own JSON has it, each value with its type; nothing is lost or checked. */
export function typedItem(item: JsonObject): JsonObject {
  const typed: JsonObject = {};
  for (const name of Object.keys(item)) setMember(typed, storedName(name), typedValue(item[name]));
  return typed;
}

/** An item of DynamoDB's own JSON as requests have it; whoever stores it looks at its values. */
export function taggedItem(typed: JsonObject): JsonObject {
  const item: JsonObject = {};
  for (const name of Object.keys(typed)) {
    setMember(item, encodeName(name), { [TAG]: typed[name] });
  }
  return item;
}

/** What is stored was read: a name that cannot be written is only passed on. */
function storedName(name: string): string {
  return name === '__proto__' ? name : decodeName(name, '');
}

function typedValue(value: unknown): unknown {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isExactNumber(value)) return { N: numberText(value) };
  if (Array.isArray(value)) return { L: value.map(typedValue) };
  if (!isJsonObject(value)) return { NULL: true };
  return Object.hasOwn(value, TAG) ? value[TAG] : { M: typedItem(value) };
}
