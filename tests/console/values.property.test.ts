import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMS, type Form, itemText, readItem } from '../../src/console/item/item-text.ts';
import {
  type Item,
  isSame,
  itemFromReply,
  itemToRequest,
} from '../../src/console/values/attribute-value.ts';
import { itemSize } from '../../src/console/values/item-size.ts';
import { canonicalNumber } from '../../src/json/decimal.ts';
import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import { wireItem } from '../support/wire-values.ts';

/** Items as the console holds them; what it cannot carry are names that the service refuses. */
const item = wireItem.filter(
  (each) => !JSON.stringify(each).includes('"__proto__"'),
) as fc.Arbitrary<Item>;

/** Whether two items are the same to DynamoDB: numbers by their text but for a sign or zeros in front. */
function same(one: Item, other: Item): boolean {
  return isSame({ M: plainNumbers(one) }, { M: plainNumbers(other) });
}

function plainNumbers(of: Item): Item {
  return JSON.parse(JSON.stringify(of), (name, held) => {
    if (name === 'N' && typeof held === 'string') return canonicalNumber(held);
    return name === 'NS' && Array.isArray(held) ? held.map(String).map(canonicalNumber) : held;
  }) as Item;
}

describe.each(Object.keys(FORMS) as Form[])('an item as %s', (form) => {
  test('is read again as it was', () => {
    fc.assert(
      fc.property(item, (each) => {
        expect(same(readItem(itemText(each, form), form), each)).toBe(true);
      }),
    );
  });
});

test('an item in a request is the same in a reply', () => {
  fc.assert(
    fc.property(item, (each) => {
      const request = parseJson(JSON.stringify(itemToRequest(each))) as JsonObject;
      expect(itemFromReply(request)).toEqual(each);
    }),
  );
});

test('whatever is typed is an item or is refused in a sentence', () => {
  const typed = fc.oneof(
    fc.json(),
    fc.string(),
    item.map((each) => JSON.stringify({ a: each })),
  );
  fc.assert(
    fc.property(typed, fc.constantFrom(...(Object.keys(FORMS) as Form[])), (text, form) => {
      let read: Item;
      try {
        read = readItem(text, form);
      } catch (error) {
        expect((error as Error).message).not.toBe('');
        return;
      }
      // What is taken can be shown.
      expect(itemText(read, 'plain')).toContain('{');
      expect(itemSize(read)).toBeGreaterThanOrEqual(0);
    }),
  );
});
