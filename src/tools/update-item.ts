import { z } from 'zod';
import { conditionsRequest } from './conditions.ts';
import {
  attributes,
  conditions,
  currentItem,
  expression,
  hint,
  key,
  listOf,
  text,
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

export const updateItem = defineTool({
  name: 'update_item',
  title: 'Update an item',
  description:
    'Change attributes of a stored item and return it; fails if there is none, unless upsert. Names are literal: paths want update_expression. To replace an item use put_item.',
  effect: 'write',
  idempotent: false,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      key,
      ...verbs,
      update_expression: expression('Instead of all these: "SET a.b = :v".').optional(),
      ...conditions,
      upsert: z.boolean().optional().describe('Create the item if there is none.'),
    })
    .refine((input) => !input.update_expression || VERBS.every((verb) => !input[verb]), {
      path: ['update_expression'],
      error: `stands instead of ${VERBS.join(', ')}, not beside them`,
    }),
  output: z.strictObject({ item: currentItem, hint }),
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
  ],
  run: async (input, { gateway, call }) => {
    const item = await gateway.updateItem(
      {
        key: input.key,
        updates: input.updates,
        remove: input.remove,
        add: input.add,
        append: input.append,
        removeFromSet: input.remove_from_set,
        updateExpression: input.update_expression,
        ...conditionsRequest(input),
        upsert: input.upsert,
      },
      call,
    );
    call.trail.said = 'The item is updated';
    return { item };
  },
});
