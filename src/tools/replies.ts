import { z } from 'zod';
import type { JsonList } from '../json/json-list.ts';
import type { JsonObject } from '../json/parse.ts';
import { openMap, pageKey } from './schemas.ts';

/** What a caller's values suggest; `invoke` adds it to a reply. */
export const hint = z
  .string()
  .optional()
  .describe("Which values look like DynamoDB's own JSON, and are maps.");

const storedItem = openMap('The attributes of a stored item.');

export const foundItem = storedItem.nullable().describe('The item; null when there is none.');
export const currentItem = storedItem.describe('The item after the update.');
export const updatedAttributes = openMap('What the update named; {} where nothing is there.');
export const oldItem = storedItem
  .nullable()
  .optional()
  .describe('If asked for: the item before; null when there was none.');
export const neighbour = z.strictObject({
  item: storedItem,
  score: z.number().describe('How near it is.'),
});
/** A list of items, which a tool may return as the JSON that it is over the wire. */
export const itemList = (description: string) =>
  z.array(storedItem).describe(description) as z.ZodType<JsonObject[], JsonObject[] | JsonList>;
export const count = (description: string) => z.int().min(0).describe(description);

/** The reply of a query or a scan. */
export const page = z.strictObject({
  items: itemList('Absent with select COUNT.').optional(),
  count: count('Items that matched.'),
  scanned_count: count(
    'Items evaluated, before the filter; absent where the caller may see only some.',
  ).optional(),
  last_evaluated_key: pageKey(
    'Send it back as last_evaluated_key to go on; null at the end. An empty page can have one.',
  ).nullable(),
  hint,
});
