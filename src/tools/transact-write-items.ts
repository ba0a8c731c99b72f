import { z } from 'zod';
import type { TransactOperation } from '../dynamodb/operations/writes/transact-write-items.ts';
import { conditionsRequest } from './conditions.ts';
import { counted } from './counted.ts';
import { deleteFields, deleteRequest } from './delete-item.ts';
import { listOf } from './lists.ts';
import { putFields, putRequest } from './put-item.ts';
import { count, hint } from './replies.ts';
import { conditions, idempotencyKey, key, like, table } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';
import {
  hasVerbsOrExpression,
  updateFields,
  updateRequest,
  VERBS_OR_EXPRESSION,
} from './update-item.ts';

const MOST_OPERATIONS = 100;

const kinds = {
  put: like('put_item', z.strictObject({ ...putFields, table })).optional(),
  update: like(
    'update_item',
    z.strictObject({ ...updateFields, table }).refine(hasVerbsOrExpression, VERBS_OR_EXPRESSION),
  ).optional(),
  delete: like('delete_item', z.strictObject({ ...deleteFields, table })).optional(),
  check: like('delete_item', z.strictObject({ key, ...conditions, table })).optional(),
};

const KINDS = Object.keys(kinds).join(', ');

const operation = z
  .strictObject(kinds)
  .refine((input) => Object.values(input).filter((part) => part !== undefined).length === 1, {
    error: `must have exactly one of ${KINDS}`,
  });

export const transactWriteItems = defineTool({
  name: 'transact_write_items',
  title: 'Write in a transaction',
  description:
    'Put, update, delete and check up to 100 items: all or nothing. Costs double; otherwise use batch_write_item.',
  effect: 'destructive',
  idempotent: false,
  takesIdempotencyKey: true,
  maxInputBytes: INPUT_BYTES.keys,
  input: z.strictObject({
    operations: listOf(operation, { minimum: 1, maximum: MOST_OPERATIONS }).describe(
      '[{"put": {…}}, {"delete": {…}}], each item once.',
    ),
    idempotency_key: idempotencyKey,
  }),
  output: z.strictObject({ count: count('Operations done.'), hint }),
  examples: [
    {
      summary: 'Move an item to another key, unless that is taken',
      request: {
        operations: [
          {
            put: {
              item: { PK: 'PROJECT#test123', SK: 'EPIC#E099', epic_name: 'Search' },
              create_only: true,
            },
          },
          {
            delete: {
              key: { PK: 'PROJECT#test123', SK: 'EPIC#E011' },
              expected: { epic_name: 'Search' },
            },
          },
        ],
      },
    },
    {
      summary: 'Count up, once however often it is sent',
      request: {
        operations: [
          {
            update: {
              key: { PK: 'PROJECT#test123', SK: 'EPIC#E002' },
              add: { revision: 1 },
              upsert: true,
            },
          },
        ],
        idempotency_key: '7b8e7a3c',
      },
    },
  ],
  run: async ({ operations, idempotency_key: idempotencyKey }, { gateway, call }) => {
    await gateway.transactWriteItems(
      { operations: operations.map(toOperation), idempotencyKey },
      call,
    );
    call.trail.said = `${counted(operations.length, 'operation')} done`;
    return { count: operations.length };
  },
});

function toOperation({
  put,
  update,
  delete: remove,
  check,
}: z.output<typeof operation>): TransactOperation {
  if (put) return { kind: 'put', request: putRequest(put), table: put.table };
  if (update) return { kind: 'update', request: updateRequest(update), table: update.table };
  if (remove) return { kind: 'delete', request: deleteRequest(remove), table: remove.table };
  const { key: checked = {}, table: named, ...rest } = check ?? {};
  return { kind: 'check', request: { key: checked, ...conditionsRequest(rest) }, table: named };
}
