import { z } from 'zod';
import type { SearchVectorsResult } from '../dynamodb/operations/vectors/search-vectors.ts';
import { invalid } from '../errors.ts';
import { type ExactNumber, isExactNumber } from '../json/decimal.ts';
import { counted } from './counted.ts';
import { listOf, wholeNumber } from './lists.ts';
import { count, hint, itemList, neighbour } from './replies.ts';
import {
  attributes,
  conditions,
  expression,
  expressionNames,
  forModels,
  key,
  projectionExpression,
  text,
} from './schemas.ts';
import { defineTool, INPUT_BYTES, type ToolContext } from './tool.ts';

const MOST_RESULTS = 100;
const USUAL_RESULTS = 10;
const MOST_DIMENSIONS = 4_096;
const LONGEST_TEXT = 8_192;

const number = z.custom<ExactNumber>(isExactNumber, { error: 'must be a number' });
const vector = listOf(number, { minimum: 1, maximum: MOST_DIMENSIONS })
  .meta({ items: { type: 'number' } })
  .describe('Numbers, as many as the index has dimensions.');

const searchedText = text
  .refine(({ length }) => length <= LONGEST_TEXT, {
    error: `must have at most ${LONGEST_TEXT} characters`,
  })
  .describe('What to find, in words.');

interface Subjects {
  like?: unknown;
  text?: unknown;
  vector?: unknown;
}

const subjects = ({ like, text, vector }: Subjects) =>
  [like, text, vector].filter((subject) => subject !== undefined).length;

export const searchVectors = defineTool({
  name: 'search_vectors',
  title: 'Search by meaning',
  description:
    'Find the items nearest in meaning, such as those like an item. For exact values use query.',
  effect: 'read',
  idempotent: true,
  needsVectorIndex: true,
  maxInputBytes: INPUT_BYTES.key,
  input: z
    .strictObject({
      like: z.strictObject({ key }).optional().describe('The item to find others like.'),
      text: forModels('with embeddings', searchedText.optional()),
      vector: forModels('never', vector.optional()),
      index_name: text.optional().describe('If there are several vector indexes.'),
      partition: z
        .unknown()
        .optional()
        .describe('Value of the attribute that divides the index; by default that of the item.'),
      filter: attributes('Attribute: value it must have.'),
      search_condition: forModels('never', expression('"a = :a", besides filter.').optional()),
      expression_names: expressionNames,
      expression_values: forModels('never', conditions.expression_values),
      top_k: wholeNumber(1, MOST_RESULTS)
        .optional()
        .describe(`How many; ${USUAL_RESULTS} by default.`),
      projection_expression: projectionExpression,
      whole_items: z.boolean().optional().describe('Read all attributes from the table.'),
    })
    .refine((input) => subjects(input) === 1, {
      path: ['like'],
      error: 'or text or vector must be given, and only one of them',
    })
    .refine(({ like, top_k = 1 }) => like === undefined || top_k < MOST_RESULTS, {
      path: ['top_k'],
      error: `must be at most ${MOST_RESULTS - 1} with like`,
    })
    .refine((input) => !input.whole_items || input.projection_expression === undefined, {
      path: ['whole_items'],
      error: 'does not go with projection_expression',
    }),
  output: z.strictObject({
    results: z.array(neighbour).describe('The nearest first.'),
    count: count('How many were found.'),
    index: z.string().describe('The vector index that was searched.'),
    nearer: z.enum(['lower', 'higher']).describe('Whether lower or higher scores are nearer.'),
    searched_bytes: count('Bytes of the index that were searched.').optional(),
    deleted: itemList('With whole_items: keys of what is not there any more.').optional(),
    unprocessed: z
      .strictObject({ keys: z.array(key) })
      .optional()
      .describe('With whole_items: what was not read in time.'),
    hint,
  }),
  examples: [
    {
      summary: 'Epics like an epic',
      request: { like: { key: { PK: 'PROJECT#test123', SK: 'EPIC#E006' } } },
    },
    {
      summary: 'The nearest three, by name',
      request: {
        like: { key: { PK: 'PROJECT#test123', SK: 'EPIC#E008' } },
        top_k: 3,
        projection_expression: 'SK, epic_name',
      },
    },
  ],
  run: async (input, context) => {
    const { gateway, call } = context;
    const found = await gateway.searchVectors(
      {
        near: subjectOf(input, context),
        indexName: input.index_name,
        partition: input.partition,
        filter: input.filter,
        searchCondition: input.search_condition,
        expressionNames: input.expression_names,
        expressionValues: input.expression_values,
        topK: input.top_k ?? USUAL_RESULTS,
        projectionExpression: input.projection_expression,
        wholeItems: input.whole_items,
      },
      call,
    );
    call.trail.said = said(found);
    return {
      results: found.results,
      count: found.results.length,
      index: found.index,
      nearer: found.nearer,
      ...(found.searchedBytes !== undefined && { searched_bytes: found.searchedBytes }),
      ...(input.whole_items && {
        deleted: found.deletedKeys,
        unprocessed: { keys: found.unprocessedKeys },
      }),
    };
  },
});

interface Subject {
  like?: { key: Record<string, unknown> } | undefined;
  text?: string | undefined;
  vector?: ExactNumber[] | undefined;
}

function subjectOf(
  { like, text: words = '', vector: given }: Subject,
  { embed, call }: ToolContext,
) {
  if (like) return { like: like.key };
  if (given) return { vector: given };
  if (call.isRehearsal) {
    throw invalid(
      'text',
      'is not possible in a dry run, which would have to ask a model for its vector; use like',
    );
  }
  if (embed)
    return { embed: (index: { name: string; dimensions: number }) => embed(words, index, call) };
  throw invalid('text', 'this service has no embeddings (EMBEDDINGS); use like, or vector');
}

function said({ results, deletedKeys }: SearchVectorsResult): string {
  const found = `${counted(results.length, 'item')}, the nearest first`;
  return deletedKeys.length > 0
    ? `${found}; ${counted(deletedKeys.length, 'item')} found but deleted meanwhile`
    : found;
}
