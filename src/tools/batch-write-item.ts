import { z } from 'zod';
import { counted } from './counted.ts';
import { listOf } from './lists.ts';
import { count, hint } from './replies.ts';
import { forModels, item, key, MOST_ENTRIES } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

export const batchWriteItem = defineTool({
  name: 'batch_write_item',
  title: 'Store and delete many items',
  description:
    'Store and delete many items, each by itself: no conditions, no transaction. Send again what is left in unprocessed. For one item use put_item or delete_item.',
  effect: 'destructive',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.items,
  input: z
    .strictObject({
      put: listOf(item, { maximum: MOST_ENTRIES }).optional().describe('Items to store.'),
      delete: listOf(key, { maximum: MOST_ENTRIES }).optional().describe('Keys to delete.'),
    })
    .refine((input) => (input.put?.length ?? 0) + (input.delete?.length ?? 0) > 0, {
      error: 'there must be an item to put or a key to delete',
    }),
  output: z.strictObject({
    put_count: count('Items stored.'),
    delete_count: count('Keys deleted, whether or not they had an item.'),
    unprocessed: z
      .strictObject({ put: z.array(item), delete: z.array(key) })
      .describe('What DynamoDB did not accept in time.'),
    denied: forModels(
      'never',
      z
        .strictObject({ put: z.array(item), delete: z.array(key) })
        .optional()
        .describe('What your role may not store or delete, because of what is stored.'),
    ),
    hint,
  }),
  examples: [
    {
      summary: 'Store an item',
      request: { put: [{ PK: 'PROJECT#test123', SK: 'EPIC#E014', epic_name: 'Search' }] },
    },
    {
      summary: 'Store an item and delete another',
      request: {
        put: [{ PK: 'PROJECT#test123', SK: 'EPIC#E003', epic_name: 'Search' }],
        delete: [{ PK: 'PROJECT#test123', SK: 'EPIC#E001' }],
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const { putCount, deleteCount, unprocessed, denied } = await gateway.batchWriteItem(
      { put: input.put ?? [], remove: input.delete ?? [] },
      call,
    );
    call.trail.said = `${counted(putCount, 'item')} stored; ${counted(deleteCount, 'key')} without an item now`;
    return {
      put_count: putCount,
      delete_count: deleteCount,
      unprocessed: { put: unprocessed.put, delete: unprocessed.remove },
      ...(denied && { denied: { put: denied.put, delete: denied.remove } }),
    };
  },
});
