import { isJsonObject, parseJson } from '../../json/parse.ts';
import { type Item, itemFromReply, itemToPlain } from '../values/attribute-value.ts';
import { readAttributeValues } from '../values/read-attribute-value.ts';

/** How an item can be written as text. */
export const FORMS = { plain: 'Plain JSON', dynamodb: 'DynamoDB JSON' } as const;
export type Form = keyof typeof FORMS;

/** An item as text, with every digit. */
export function itemText(item: Item, form: Form): string {
  return JSON.stringify(form === 'plain' ? itemToPlain(item) : item, null, 2);
}

/** The item in a text; throws what is wrong with it. */
export function readItem(text: string, form: Form): Item {
  const read = parseJson(text);
  if (!isJsonObject(read)) throw new Error('An item is a JSON object.');
  return form === 'plain' ? itemFromReply(read) : readAttributeValues(read);
}
