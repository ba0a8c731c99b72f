import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { type Item, itemFromReply, itemToPlain } from '../values/attribute-value.ts';

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
  return form === 'plain' ? itemFromReply(read) : checked(read);
}

const TYPES = /^(?:S|N|B|BOOL|NULL|M|L|SS|NS|BS)$/;

function checked(read: JsonObject): Item {
  for (const [name, value] of Object.entries(read)) {
    const [type = '', ...more] = isJsonObject(value) ? Object.keys(value) : [];
    if (!TYPES.test(type) || more.length > 0) {
      throw new Error(`${name} must have one type, as in {"S": "text"}.`);
    }
  }
  return read as Item;
}
