import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { describeIssue } from './issues.ts';
import { toJsonSchema } from './json-schema.ts';

/**
 * The shapes that several tools share. Open maps are checked by hand: zod's records drop a member
 * `__proto__` silently and publish schemas that some model providers refuse.
 */
export function openMap(description: string) {
  return z
    .custom<JsonObject>(isJsonObject, {
      error: ({ input }) => (input === undefined ? 'is required' : 'must be an object'),
    })
    .meta({ type: 'object', description });
}

function mapOf<Value>(
  description: string,
  prefix: string,
  isValue: (value: unknown) => boolean,
  rule: string,
) {
  return z
    .custom<Record<string, Value>>(
      (map) => {
        if (!isJsonObject(map)) return false;
        let entries = 0;
        // Stops at the first that does not fit: DynamoDB's expressions hold no more names than that.
        for (const name in map) {
          if (++entries > MOST_PLACEHOLDERS) return false;
          if (!name.startsWith(prefix) || !isValue(map[name])) return false;
        }
        return true;
      },
      { error: rule },
    )
    .meta({ type: 'object', description });
}

/** More than the expressions of one request can name in 4 KB each. */
const MOST_PLACEHOLDERS = 8_192;

const isText = (value: unknown) => typeof value === 'string' && value !== '';

export const item = openMap(
  'All attributes, with the key. Sets, binary: {"$ddb": {"SS": ["a"]}}, {"$ddb": {"B": "base64"}}.',
);

export const key = openMap('All key attributes and no others.');

export const attributes = (description: string) => openMap(description).optional();

export const expressionNames = mapOf<string>(
  '{"#s": "status"}, for reserved words.',
  '#',
  isText,
  'must map names such as "#n" to attribute names',
).optional();

const expressionValues = mapOf<unknown>(
  '{":v": 1}',
  ':',
  () => true,
  'must map names such as ":v" to values',
).optional();

/**
 * Lengths are checked by hand: zod asks whatever has a `length` for it, and one that is an exact
 * number cannot be compared.
 */
const EMPTY = { error: 'must not be empty' };

export const text = z.string().refine(isText, EMPTY).meta({ minLength: 1 });

/**
 * A list that is counted before its elements are looked at, up to the first that does not fit: a
 * million wrong ones would make a million complaints.
 */
export function listOf<Entry extends z.ZodType>(
  entry: Entry,
  { minimum = 0, maximum }: { minimum?: number; maximum: number },
) {
  return z
    .custom<z.output<Entry>[]>()
    .superRefine((list: unknown, context) => {
      const complaint = complaintAbout(list, entry, minimum, maximum);
      if (complaint) context.addIssue({ code: 'custom', ...complaint });
    })
    .meta({
      type: 'array',
      items: toJsonSchema(entry, 'input'),
      ...(minimum > 0 && { minItems: minimum }),
      maxItems: maximum,
    });
}

/** A whole number within bounds that a refusal names. */
export function wholeNumber(minimum: number, maximum: number) {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  const error = ({ input }: { input?: unknown }) =>
    typeof input === 'string' ? `${rule}, without quotes` : rule;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

function complaintAbout(list: unknown, entry: z.ZodType, minimum: number, maximum: number) {
  if (list === undefined) return { message: 'is required' };
  if (!Array.isArray(list)) return { message: 'must be a list' };
  if (list.length === 0 && minimum > 0) return { message: 'must not be empty' };
  if (list.length < minimum) return { message: `must have at least ${minimum} elements` };
  if (list.length > maximum) return { message: `must have at most ${maximum} elements` };
  for (const [index, element] of list.entries()) {
    const { error } = entry.safeParse(element, { error: describeIssue });
    if (error) return { path: [index], message: error.issues[0]?.message ?? 'is not valid' };
  }
  return undefined;
}

/** The most entries that a batch may be configured to take; `MAX_BATCH_ENTRIES` is the limit in force. */
export const MOST_ENTRIES = 100_000;

const MAX_EXPRESSION_BYTES = 4_096;
/** All that DynamoDB's grammar knows, placeholders included; Dynoxide ends at some of the rest. */
const ASCII = /^\p{ASCII}*$/u;

export const expression = (description: string) =>
  text
    .refine((value) => Buffer.byteLength(value) <= MAX_EXPRESSION_BYTES, {
      error: 'is longer than the 4 KB that DynamoDB takes',
    })
    .refine((value) => ASCII.test(value), {
      error:
        'must be ASCII: write other names as #name with expression_names, values as :name with expression_values',
    })
    .describe(description);

export const consistentRead = z.boolean().optional().describe('Costs twice.');

export const projectionExpression = expression('Attributes to return: "a, #s"').optional();

/** What must hold for a write to happen, the same on put, update and delete. */
export const conditions = {
  expected: attributes('Attribute: value it must have; null: absent.'),
  condition_expression: expression('"attribute_exists(a)"').optional(),
  expression_names: expressionNames,
  expression_values: expressionValues,
};

/** What a query and a scan have in common. */
export const paging = {
  index_name: text.optional().describe('Index to read.'),
  filter_expression: expression('Drops items after they are read.').optional(),
  expression_names: expressionNames,
  expression_values: expressionValues,
  projection_expression: projectionExpression,
  limit: wholeNumber(1, 2_147_483_647)
    .optional()
    .describe('Items to evaluate per page, before the filter.'),
  max_items: wholeNumber(1, 1_000_000).optional().describe('Read pages until this many match.'),
  consistent_read: consistentRead,
  select: z.enum(['COUNT']).optional().describe('Only the count.'),
  last_evaluated_key: openMap('From the previous reply, to go on.').optional(),
};

/** What a caller's values suggest; `invoke` adds it to a reply. */
export const hint = z
  .string()
  .optional()
  .describe("Which values look like DynamoDB's own JSON, and are maps.");

const storedItem = openMap('The attributes of a stored item.');

export const foundItem = storedItem.nullable().describe('The item; null when there is none.');
export const currentItem = storedItem.describe('The item after the update.');
export const oldItem = storedItem
  .nullable()
  .optional()
  .describe('With return_old: the item before; null when there was none.');
export const itemList = (description: string) => z.array(storedItem).describe(description);
export const count = (description: string) => z.int().min(0).describe(description);

/** The reply of a query or a scan. */
export const page = z.strictObject({
  items: itemList('Absent with select COUNT.').optional(),
  count: count('Items that matched.'),
  scanned_count: count('Items evaluated, before the filter.'),
  last_evaluated_key: openMap(
    'Send it back as last_evaluated_key to go on; null at the end. An empty page can have one.',
  ).nullable(),
  hint,
});
