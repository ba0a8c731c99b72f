import { z } from 'zod';
import type { UpdateItemRequest } from '../dynamodb/operations/writes/update-item.ts';
import { conditionsRequest } from './conditions.ts';
import { listOf } from './lists.ts';
import { currentItem, hint, oldItem, updatedAttributes } from './replies.ts';
import { RETURN_VALUES, saidOfUpdate, updateReply } from './return-values.ts';
import {
  attributes,
  conditions,
  expression,
  idempotencyKey,
  key,
  text,
  VALUES_WITHOUT_KEY,
} from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

/** So many names at most fit into an expression of 4 KB. */
const MOST_REMOVED = 1_024;

const verbs = {
  updates: attributes('Attribute: new value.'),
  remove: listOf(text, { maximum: MOST_REMOVED }).optional().describe('Attributes to remove.'),
  add: attributes('Attribute: number or set to add.'),
  append: attributes('Attribute: list to append.'),
  remove_from_set: attributes('Attribute: set of members to remove.'),
};

const VERBS = Object.keys(verbs) as (keyof typeof verbs)[];

/** What an update is, also in a transaction. */
export const updateFields = {
  key,
  ...verbs,
  update_expression: expression('Instead of all these: "SET a.b = :v".').optional(),
  ...conditions,
  upsert: z.boolean().optional().describe('Create the item if there is none.'),
};

type UpdateInput = z.output<z.ZodObject<typeof updateFields>>;

/** An update has verbs or an expression. */
export function hasVerbsOrExpression(input: UpdateInput): boolean {
  return !input.update_expression || VERBS.every((verb) => !input[verb]);
}

export const VERBS_OR_EXPRESSION = {
  path: ['update_expression'],
  error: `stands instead of ${VERBS.join(', ')}, not beside them`,
};

/** What the gateway wants to know of an update. */
export function updateRequest(input: UpdateInput): UpdateItemRequest {
  return {
    key: input.key,
    updates: input.updates,
    remove: input.remove,
    add: input.add,
    append: input.append,
    removeFromSet: input.remove_from_set,
    updateExpression: input.update_expression,
    ...conditionsRequest(input),
    upsert: input.upsert,
  };
}

export const updateItem = defineTool({
  name: 'update_item',
  title: 'Update an item',
  description:
    'Change attributes of a stored item and return it; fails if there is none, unless upsert. Names are literal: paths need update_expression. To replace an item use put_item.',
  effect: 'write',
  idempotent: false,
  takesIdempotencyKey: true,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      ...updateFields,
      return_values: z.enum(RETURN_VALUES).optional().describe('ALL_NEW by default.'),
      idempotency_key: idempotencyKey,
    })
    .refine(hasVerbsOrExpression, VERBS_OR_EXPRESSION)
    .refine(
      ({ return_values: asked = 'NONE', idempotency_key: once }) =>
        asked === 'NONE' || once === undefined,
      VALUES_WITHOUT_KEY,
    ),
  output: z.strictObject({
    item: currentItem.optional(),
    attributes: updatedAttributes.optional(),
    old_item: oldItem,
    old_attributes: updatedAttributes.optional(),
    hint,
  }),
  examples: [
    {
      summary: 'Set two attributes',
      request: {
        key: { PK: 'PROJECT#test123', SK: 'EPIC#E001' },
        updates: { jira_issue_key: 'MED-123', jira_status: 'Open' },
      },
    },
    {
      summary: 'Count up and append, only while the status is unchanged',
      request: {
        key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' },
        add: { revision: 1 },
        append: { history: ['reviewed'] },
        expected: { status: 'Open' },
      },
    },
    {
      summary: 'Only what was changed',
      request: {
        key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' },
        add: { revision: 1 },
        return_values: 'UPDATED_NEW',
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const { idempotency_key: idempotencyKey } = input;
    // A write that may be a repetition returns nothing.
    const fallback = idempotencyKey === undefined ? 'ALL_NEW' : 'NONE';
    const { return_values: returnValues = fallback } = input;
    const returned = await gateway.updateItem(
      { ...updateRequest(input), returnValues, idempotencyKey },
      call,
    );
    call.trail.said = saidOfUpdate(returnValues, returned);
    return updateReply(returnValues, returned);
  },
});
