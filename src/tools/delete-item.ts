import { z } from 'zod';
import type { DeleteItemRequest } from '../dynamodb/operations/writes/delete-item.ts';
import { conditionsRequest } from './conditions.ts';
import { hint, oldItem } from './replies.ts';
import {
  conditions,
  idempotencyKey,
  key,
  OLD_WITHOUT_KEY,
  returnsOldOrRepeats,
} from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

/** What a delete is, also in a transaction. */
export const deleteFields = { key, ...conditions };

/** What the gateway wants to know of a delete. */
export function deleteRequest(
  input: z.output<z.ZodObject<typeof deleteFields>>,
): DeleteItemRequest {
  return { key: input.key, ...conditionsRequest(input) };
}

export const deleteItem = defineTool({
  name: 'delete_item',
  title: 'Delete an item',
  description:
    'Delete an item by its full key; if there is none, that is fine. For many keys use batch_write_item, for single attributes update_item.',
  effect: 'destructive',
  idempotent: true,
  takesIdempotencyKey: true,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      ...deleteFields,
      return_old: z.boolean().optional().describe('Return the deleted item.'),
      idempotency_key: idempotencyKey,
    })
    .refine(returnsOldOrRepeats, OLD_WITHOUT_KEY),
  output: z.strictObject({ old_item: oldItem, hint }),
  examples: [
    {
      summary: 'Delete an epic',
      request: { key: { PK: 'PROJECT#test123', SK: 'EPIC#E001' } },
    },
    {
      summary: 'Delete and return, only if it exists',
      request: {
        key: { PK: 'PROJECT#test123', SK: 'TESTCASE#T003' },
        condition_expression: 'attribute_exists(PK)',
        return_old: true,
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const old = await gateway.deleteItem(
      {
        ...deleteRequest(input),
        returnOld: input.return_old,
        idempotencyKey: input.idempotency_key,
      },
      call,
    );
    call.trail.said = input.return_old
      ? `No item has this key now; ${old ? 'old_item had it' : 'none had it before'}`
      : 'No item has this key now';
    return input.return_old ? { old_item: old } : {};
  },
});
