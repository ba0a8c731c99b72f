import { z } from 'zod';
import type { PutItemRequest } from '../dynamodb/operations/writes/put-item.ts';
import { conditionsRequest } from './conditions.ts';
import { hint, oldItem } from './replies.ts';
import {
  conditions,
  idempotencyKey,
  item,
  OLD_WITHOUT_KEY,
  returnsOldOrRepeats,
} from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

/** What a put is, also in a transaction. */
export const putFields = {
  item,
  create_only: z.boolean().optional().describe('Only if the key is free.'),
  ...conditions,
};

/** What the gateway wants to know of a put. */
export function putRequest(input: z.output<z.ZodObject<typeof putFields>>): PutItemRequest {
  return { item: input.item, createOnly: input.create_only, ...conditionsRequest(input) };
}

export const putItem = defineTool({
  name: 'put_item',
  title: 'Store an item',
  description:
    'Store a whole item; it replaces the one with the same key, unless create_only. To change some attributes use update_item, for many items batch_write_item.',
  effect: 'destructive',
  idempotent: true,
  takesIdempotencyKey: true,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      ...putFields,
      return_old: z.boolean().optional().describe('Return the replaced item.'),
      idempotency_key: idempotencyKey,
    })
    .refine(returnsOldOrRepeats, OLD_WITHOUT_KEY),
  output: z.strictObject({ old_item: oldItem, hint }),
  examples: [
    {
      summary: 'Store an epic',
      request: {
        item: {
          PK: 'PROJECT#test123',
          SK: 'EPIC#E001',
          epic_name: 'User Authentication',
          description: 'Authentication features',
        },
      },
    },
    {
      summary: 'Create an item with a set, unless its key is taken',
      request: {
        item: { PK: 'PROJECT#test123', SK: 'TAGS', tags: { $ddb: { SS: ['auth', 'security'] } } },
        create_only: true,
      },
    },
  ],
  run: async (input, { gateway, call }) => {
    const old = await gateway.putItem(
      {
        ...putRequest(input),
        returnOld: input.return_old,
        idempotencyKey: input.idempotency_key,
      },
      call,
    );
    call.trail.said = whatWasDone(input, old);
    return input.return_old ? { old_item: old } : {};
  },
});

function whatWasDone(
  {
    create_only,
    return_old,
  }: { create_only?: boolean | undefined; return_old?: boolean | undefined },
  old: object | null,
): string {
  if (create_only || (return_old && !old)) return 'The item is stored; no item had this key before';
  if (return_old) return 'The item is stored; it replaced old_item';
  return 'The item is stored; an item that had this key before is replaced';
}
