import { z } from 'zod';
import { counted } from './counted.ts';
import { listOf } from './lists.ts';
import { count, itemList } from './replies.ts';
import {
  consistentRead,
  expressionNames,
  key,
  MOST_ENTRIES,
  projectionExpression,
} from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

export const batchGetItem = defineTool({
  name: 'batch_get_item',
  title: 'Get many items',
  description:
    'Read many items by their full keys, in no order; keys without an item are left out. For items of one partition, query is cheaper.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.keys,
  input: z.strictObject({
    keys: listOf(key, { minimum: 1, maximum: MOST_ENTRIES }).describe(
      'Keys; duplicates are read once.',
    ),
    consistent_read: consistentRead,
    projection_expression: projectionExpression,
    expression_names: expressionNames,
  }),
  output: z.strictObject({
    items: itemList('The items found.'),
    count: count('How many items were found.'),
    unprocessed: z
      .strictObject({ keys: z.array(key).describe('Keys to ask for again.') })
      .describe('What DynamoDB did not answer in time.'),
  }),
  examples: [
    {
      summary: 'Two epics',
      request: {
        keys: [
          { PK: 'PROJECT#test123', SK: 'EPIC#E001' },
          { PK: 'PROJECT#test123', SK: 'EPIC#E002' },
        ],
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const { items, unprocessedKeys } = await gateway.batchGetItem(
      {
        keys: input.keys,
        consistentRead: input.consistent_read,
        projectionExpression: input.projection_expression,
        expressionNames: input.expression_names,
      },
      call,
    );
    call.trail.said = `${counted(items.length, 'item')} found`;
    return { items, count: items.length, unprocessed: { keys: unprocessedKeys } };
  },
});
