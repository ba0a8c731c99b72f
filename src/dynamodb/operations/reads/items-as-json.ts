import { JsonList } from '../../../json/json-list.ts';
import type { JsonObject } from '../../../json/parse.ts';
import { encodeItem } from '../../values/values.ts';

/** Items in the caller's form, where they are only passed on; as they came if they are that already. */
export function itemsAsJson(items: JsonList | JsonObject[] = []): JsonList {
  if (items instanceof JsonList) return items;
  const texts = items.map((item) => JSON.stringify(encodeItem(item)));
  return new JsonList(texts.join(), texts.length, texts.at(-1));
}
