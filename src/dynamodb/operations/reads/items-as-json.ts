import { JsonElement, JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import { encodeItem } from '../../values/values.ts';

/** Items as a page or a batch has them: values, or JSON in the form that was asked for. */
export type Items = JsonObject[] | JsonElement[] | JsonList;

/** Items in the caller's form, where they are only passed on; as they came if they are that already. */
export function itemsAsJson(items: Items = []): JsonList {
  if (items instanceof JsonList) return items;
  const texts = items.map(textOf);
  let end = -1;
  const ends = texts.map((text) => {
    end += 1 + Buffer.byteLength(text);
    return end;
  });
  return new JsonList(texts.join(), ends, texts.at(-1));
}

/** As itemsAsJson, for who looks at the size of each. */
export function elementsOf(items: Items = []): JsonElement[] {
  const each = items instanceof JsonList ? items.toJSON() : items;
  return each.map((item) => {
    if (item instanceof JsonElement) return item;
    const text = textOf(item);
    return new JsonElement(text, Buffer.byteLength(text), false);
  });
}

function textOf(item: JsonObject | JsonElement): string {
  return item instanceof JsonElement ? item.text : JSON.stringify(encodeItem(item));
}
