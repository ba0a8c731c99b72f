import { z } from 'zod';
import {
  COUNT_WITHOUT_PROJECTION,
  countsWithoutProjection,
  pageReply,
  pageRequest,
} from './pages.ts';
import { page } from './replies.ts';
import { attributes, expression, paging } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

const anyValue = z.unknown().refine((value) => value !== undefined);

const sortKey = z
  .strictObject({
    eq: anyValue.optional(),
    lt: anyValue.optional(),
    lte: anyValue.optional(),
    gt: anyValue.optional(),
    gte: anyValue.optional(),
    begins_with: anyValue.optional(),
    between: z
      .array(z.unknown())
      .refine(({ length }) => length === 2, { error: 'must have two values' })
      .meta({ minItems: 2, maxItems: 2 })
      .optional(),
  })
  .refine((comparison) => Object.keys(comparison).length === 1, {
    error: 'must have exactly one of eq, lt, lte, gt, gte, begins_with, between',
  })
  .describe('With key, one comparison: {"begins_with": "b"}.');

export const query = defineTool({
  name: 'query',
  title: 'Query a partition',
  description:
    'Read items of one partition of the table or an index. With the full key, get_item is cheaper; without a partition key, only scan remains.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      key_condition: expression('"a = :a AND begins_with(b, :b)"').optional(),
      key: attributes('Instead of key_condition: {partition key: value}.'),
      sort_key: sortKey.optional(),
      ...paging,
      scan_index_forward: z.boolean().optional().describe('false: descending'),
    })
    .refine((input) => (input.key_condition === undefined) !== (input.key === undefined), {
      path: ['key_condition'],
      error: 'or key must be given, and not both',
    })
    .refine((input) => input.sort_key === undefined || input.key !== undefined, {
      path: ['sort_key'],
      error: 'goes with key; write it into key_condition instead',
    })
    .refine(countsWithoutProjection, COUNT_WITHOUT_PROJECTION),
  output: page,
  examples: [
    {
      summary: 'All items of a project',
      request: {
        key_condition: 'PK = :pk',
        expression_values: { ':pk': 'PROJECT#test123' },
        limit: 100,
      },
    },
    {
      summary: 'The epics of a project, without an expression',
      request: { key: { PK: 'PROJECT#test123' }, sort_key: { begins_with: 'EPIC#' } },
    },
    {
      summary: 'The children of an epic, by the index',
      request: {
        key_condition: 'GSI1PK = :gsi1pk',
        expression_values: { ':gsi1pk': 'EPIC#E001' },
        index_name: 'GSI1',
      },
    },
    {
      summary: 'The open epics of the two highest priorities',
      request: {
        key: { PK: 'PROJECT#test123' },
        sort_key: { begins_with: 'EPIC#' },
        filter: { status: 'Open', priority: { lte: 2 } },
        max_items: 10,
      },
    },
    {
      summary: 'The next page',
      request: {
        key_condition: 'PK = :pk',
        expression_values: { ':pk': 'PROJECT#test123' },
        limit: 10,
        last_evaluated_key: { PK: 'PROJECT#test123', SK: 'EPIC#E010' },
      },
    },
  ],
  run: async (input, { gateway, call }) =>
    pageReply(
      await gateway.query(
        {
          ...pageRequest(input),
          keyCondition: input.key_condition,
          key: input.key,
          sortKey: input.sort_key,
          scanIndexForward: input.scan_index_forward,
        },
        call,
      ),
      call,
    ),
});
