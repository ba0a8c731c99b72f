import { z } from 'zod';
import { foundItem } from './replies.ts';
import { consistentRead, expressionNames, key, projectionExpression } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

export const getItem = defineTool({
  name: 'get_item',
  title: 'Get an item',
  description:
    'Read an item by its full key: the cheapest read. For several keys use batch_get_item; if only the partition key is known, query.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.key,
  input: z.strictObject({
    key,
    consistent_read: consistentRead,
    projection_expression: projectionExpression,
    expression_names: expressionNames,
  }),
  output: z.strictObject({ item: foundItem }),
  examples: [
    {
      summary: 'Get an epic',
      request: { key: { PK: 'PROJECT#test123', SK: 'EPIC#E001' } },
    },
    {
      summary: 'Two attributes, as all completed writes left them',
      request: {
        key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' },
        projection_expression: 'epic_name, #s',
        expression_names: { '#s': 'status' },
        consistent_read: true,
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const item = await gateway.getItem(
      {
        key: input.key,
        consistentRead: input.consistent_read,
        projectionExpression: input.projection_expression,
        expressionNames: input.expression_names,
      },
      call,
    );
    call.trail.said = item ? 'The item of this key' : 'No item has this key';
    return { item };
  },
});
