import { z } from 'zod';
import { wholeNumber } from './lists.ts';
import {
  COUNT_WITHOUT_PROJECTION,
  countsWithoutProjection,
  pageReply,
  pageRequest,
} from './pages.ts';
import { page } from './replies.ts';
import { paging } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

const MAX_SEGMENTS = 1_000_000;

export const scan = defineTool({
  name: 'scan',
  title: 'Scan the table',
  description:
    'Read the whole table or index, page by page: the most expensive read, as filtered items cost too. If a partition key is known, query.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.item,
  input: z
    .strictObject({
      ...paging,
      segment: wholeNumber(0, MAX_SEGMENTS - 1)
        .optional()
        .describe('Part of a parallel scan, from 0.'),
      total_segments: wholeNumber(1, MAX_SEGMENTS).optional().describe('Number of segments.'),
    })
    .refine((input) => (input.segment === undefined) === (input.total_segments === undefined), {
      path: ['segment'],
      error: 'goes together with total_segments',
    })
    .refine(({ segment = 0, total_segments = MAX_SEGMENTS }) => segment < total_segments, {
      path: ['segment'],
      error: 'must be less than total_segments',
    })
    .refine(countsWithoutProjection, COUNT_WITHOUT_PROJECTION),
  output: page,
  examples: [
    {
      summary: 'All projects',
      request: {
        filter_expression: 'entity_type = :type',
        expression_values: { ':type': 'project' },
        limit: 50,
      },
    },
    {
      summary: 'The same without an expression',
      request: { filter: { entity_type: 'project' }, limit: 50 },
    },
    { summary: 'How many items there are', request: { select: 'COUNT' } },
  ],
  run: async (input, { gateway, call }) =>
    pageReply(
      await gateway.scan(
        {
          ...pageRequest(input),
          segment: input.segment,
          totalSegments: input.total_segments,
        },
        call,
      ),
      call,
    ),
});
