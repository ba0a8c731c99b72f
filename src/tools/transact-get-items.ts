import { z } from 'zod';
import { counted } from './counted.ts';
import { listOf } from './lists.ts';
import { count, foundItem } from './replies.ts';
import { expressionNames, key, projectionExpression, table } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

const MOST_KEYS = 100;

const get = z.strictObject({
  key,
  table,
  projection_expression: projectionExpression,
  expression_names: expressionNames,
});

export const transactGetItems = defineTool({
  name: 'transact_get_items',
  title: 'Get in a transaction',
  description:
    'Read up to 100 items as they are at one moment. Costs double; otherwise use batch_get_item.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.keys,
  input: z.strictObject({
    keys: listOf(get, { minimum: 1, maximum: MOST_KEYS }).describe('[{"key": {…}}]'),
  }),
  output: z.strictObject({
    items: z.array(foundItem).describe('In the order of the keys; null where there is none.'),
    count: count('How many items were found.'),
  }),
  examples: [
    {
      summary: 'An epic and its project',
      request: {
        keys: [
          { key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' } },
          { key: { PK: 'PROJECT#test123', SK: 'METADATA' } },
        ],
      },
    },
    {
      summary: 'One epic',
      request: { keys: [{ key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' } }] },
    },
  ],
  run: async ({ keys }, { gateway, call }) => {
    const items = await gateway.transactGetItems(
      keys.map((asked) => ({
        key: asked.key,
        table: asked.table,
        projectionExpression: asked.projection_expression,
        expressionNames: asked.expression_names,
      })),
      call,
    );
    const found = items.filter((item) => item !== null).length;
    call.trail.said = `${counted(found, 'item')} of ${keys.length} found`;
    return { items, count: found };
  },
});
