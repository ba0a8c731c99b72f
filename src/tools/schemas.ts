import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/parse.ts';
import { wholeNumber } from './lists.ts';

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

/** The field that says which of several tables is meant. */
export const TABLE = 'table';
export const table = z
  .string()
  .optional()
  .describe('One of several tables; if absent, the default.');

/** A part that has the fields of a tool, which the lists for models need not repeat. */
export function like<Part extends z.ZodType>(tool: string, part: Part): Part {
  return part.meta({ [LIKE]: tool }) as Part;
}

/** The member of a JSON Schema that names the tool whose fields it has. */
export const LIKE = 'x-like';

/** A field that models are shown never, or only where the service has embeddings. */
export function forModels<Part extends z.ZodType>(shown: 'never' | 'with embeddings', part: Part) {
  return part.meta({ ...part.meta(), [MODELS]: shown }) as Part;
}

/** The member of a JSON Schema that says whether models are shown a field. */
export const MODELS = 'x-models';

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

/** The most entries that a batch may be configured to take; `MAX_BATCH_ENTRIES` is the limit in force. */
export const MOST_ENTRIES = 100_000;

const MAX_EXPRESSION_BYTES = 4_096;
const MAX_KEY_CHARACTERS = 128;
/** All that DynamoDB's grammar knows, placeholders included; Dynoxide ends at some of the rest. */
const ASCII = /^\p{ASCII}*$/u;

export const expression = (description: string) =>
  text
    .refine((value) => Buffer.byteLength(value) <= MAX_EXPRESSION_BYTES, {
      error: 'is longer than the 4 KB that DynamoDB allows',
    })
    .refine((value) => ASCII.test(value), {
      error:
        'must be ASCII: write other names as #name with expression_names, values as :name with expression_values',
    })
    .describe(description);

export const consistentRead = z.boolean().optional().describe('Costs double.');

export const projectionExpression = expression('Attributes to return: "a, #s"').optional();

/** What must hold for a write to happen, the same on put, update and delete. */
export const conditions = {
  expected: attributes('Attribute: value it must have; null: absent.'),
  condition_expression: expression('"attribute_exists(a)"').optional(),
  expression_names: expressionNames,
  expression_values: expressionValues,
};

/** What makes a write one that can be repeated, which returns no attributes then. */
export const idempotencyKey = text
  .refine((key) => [...key].length <= MAX_KEY_CHARACTERS, {
    error: `must have at most ${MAX_KEY_CHARACTERS} characters`,
  })
  .meta({ maxLength: MAX_KEY_CHARACTERS })
  .optional()
  .describe('Same key, same request: done once in ten minutes.');

/** The answer to a write that may be a repetition has no attributes to return. */
export function returnsOldOrRepeats(input: {
  return_old?: boolean | undefined;
  idempotency_key?: string | undefined;
}): boolean {
  return !input.return_old || input.idempotency_key === undefined;
}

const WITHOUT_KEY = 'cannot be combined with idempotency_key, whose writes return nothing';

export const OLD_WITHOUT_KEY = { path: ['return_old'], error: WITHOUT_KEY };
export const VALUES_WITHOUT_KEY = { path: ['return_values'], error: WITHOUT_KEY };

/** A page key: an object, or a text where it is sealed because it may name an item that is not to be seen. */
export function pageKey(description: string) {
  return z
    .custom<JsonObject | string>((value) => typeof value === 'string' || isJsonObject(value), {
      error: 'must be an object, or the text from a reply',
    })
    .meta({ type: 'object', description });
}

/** What a query and a scan have in common. */
export const paging = {
  index_name: text.optional().describe('Index to read.'),
  filter: attributes(
    'Drops items once read: {"a": 1, "b": {"gte": 2}}; eq, ne, lt, lte, gt, gte, between, in, begins_with, contains, exists.',
  ),
  filter_expression: expression('"size(a) > :v"').optional(),
  expression_names: expressionNames,
  expression_values: expressionValues,
  projection_expression: projectionExpression,
  limit: wholeNumber(1, 2_147_483_647).optional().describe('Items to evaluate per page.'),
  max_items: wholeNumber(1, 1_000_000).optional().describe('Read pages until this many match.'),
  consistent_read: consistentRead,
  select: z.enum(['COUNT']).optional().describe('Only the count.'),
  last_evaluated_key: pageKey('From the previous reply, to continue.').optional(),
};
