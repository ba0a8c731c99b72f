import { z } from 'zod';
import type { Call } from '../dynamodb/calls/call.ts';
import type { KeyElement } from '../dynamodb/operations/describe-table.ts';
import type { Sample } from '../dynamodb/operations/entities.ts';
import { DISTANCES } from '../dynamodb/tables/vector-indexes.ts';
import { count } from './replies.ts';
import { openMap } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

const COUNTED_LATER = 'As of some hours ago; null where DynamoDB has not counted yet.';

const keySchema = z
  .array(
    z.strictObject({
      attribute_name: z.string(),
      attribute_type: z.enum(['S', 'N', 'B']),
      key_type: z.enum(['HASH', 'RANGE']),
    }),
  )
  .describe('HASH is the partition key, RANGE the sort key; S string, N number, B binary.');

export const describeTable = defineTool({
  name: 'describe_table',
  title: 'Describe the table',
  description:
    'Keys and indexes of the table: call it first, with entities to learn what is stored. Counts are hours old; scan with select COUNT is exact, but reads everything.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.key,
  input: z.strictObject({
    entities: z
      .boolean()
      .optional()
      .describe('Also sample the items: attributes and types by entity.'),
  }),
  output: z.strictObject({
    table: z.string().describe('The name of the table.'),
    status: z.string().describe('ACTIVE when it can be used.'),
    key_schema: keySchema,
    indexes: z.array(
      z.strictObject({
        index_name: z.string(),
        type: z.enum(['global', 'local']),
        status: z.string().describe('ACTIVE when it can be used.'),
        projection: z.string().describe('ALL, KEYS_ONLY or INCLUDE.'),
        non_key_attributes: z
          .array(z.string())
          .optional()
          .describe('What it projects besides keys, with INCLUDE.'),
        key_schema: keySchema,
      }),
    ),
    vector_indexes: z
      .array(
        z.strictObject({
          index_name: z.string(),
          status: z.string().describe('ACTIVE when it is made.'),
          usable: z.boolean().describe('Whether search_vectors can use it now.'),
          vector_attribute: z.string().describe('Holds the vector: a list of numbers.'),
          dimensions: count('How many numbers a vector has.'),
          distance: z.enum(DISTANCES).describe('With DOT_PRODUCT higher is nearer, else lower.'),
          partition_attribute: z
            .string()
            .nullable()
            .describe('Each search covers one value of it; null for none.'),
          filter_attributes: z.array(z.string()).describe('What a search can filter by.'),
        }),
      )
      .describe('Indexes of search_vectors.'),
    billing_mode: z.string().describe('PAY_PER_REQUEST or PROVISIONED.'),
    ttl_attribute: z
      .string()
      .nullable()
      .describe('Items expire by this attribute; null when they do not, or it cannot be read.'),
    item_count: count(COUNTED_LATER).nullable(),
    size_bytes: count(COUNTED_LATER).nullable(),
    sampled: count('With entities: how many items were sampled.').optional(),
    entities: z
      .array(
        z.strictObject({
          entity: z.string().describe('Its name; "other" for all without one to show.'),
          items: count('How many were sampled.'),
          attributes: openMap('Attribute: its types, such as ["S"].'),
          more_attributes: count('How many there are besides.').optional(),
        }),
      )
      .optional()
      .describe('With entities: what a sample shows, remembered for five minutes.'),
    guide: z.string().optional().describe('What the operator wrote about the table, in Markdown.'),
  }),
  examples: [
    { summary: 'Describe the table', request: {} },
    { summary: 'And what is stored in it', request: { entities: true } },
  ],
  run: async ({ entities }, { gateway, guide, call }) => {
    const [table, sample] = await Promise.all([
      gateway.describeTable(call),
      entities ? gateway.sample(call) : undefined,
    ]);
    call.trail.said = 'The table';
    return {
      table: table.table,
      status: table.status,
      key_schema: table.keySchema.map(keyElement),
      indexes: table.indexes.map((index) => ({
        index_name: index.indexName,
        type: index.type,
        status: index.status,
        projection: index.projection,
        ...(index.nonKeyAttributes && { non_key_attributes: index.nonKeyAttributes }),
        key_schema: index.keySchema.map(keyElement),
      })),
      vector_indexes: table.vectorIndexes.map((index) => ({
        index_name: index.name,
        status: index.status,
        usable: index.isUsable,
        vector_attribute: index.attribute,
        dimensions: index.dimensions,
        distance: index.distance,
        partition_attribute: index.partition?.name ?? null,
        filter_attributes: index.filters.map(({ name }) => name),
      })),
      billing_mode: table.billingMode,
      ttl_attribute: table.ttlAttribute,
      item_count: table.itemCount,
      size_bytes: table.sizeBytes,
      ...(sample && sampleReply(sample, call)),
      ...(guide !== undefined && { guide }),
    };
  },
});

function keyElement({ attributeName, attributeType, keyType }: KeyElement) {
  return { attribute_name: attributeName, attribute_type: attributeType, key_type: keyType };
}

/** The entities that fit into a result; a caller that has no limit gets all of them. */
function sampleReply({ sampled, entities }: Sample, { view, trail }: Call) {
  let bytes = 0;
  const shown = entities
    .map(({ entity, items, attributes, moreAttributes }) => ({
      entity,
      items,
      attributes,
      ...(moreAttributes !== undefined && { more_attributes: moreAttributes }),
    }))
    .filter((each) => {
      bytes += Buffer.byteLength(JSON.stringify(each));
      return !view || bytes <= view.maxBytes;
    });
  if (shown.length < entities.length) trail.cut = true;
  return { sampled, entities: shown };
}
