import { z } from 'zod';
import type { KeyElement } from '../dynamodb/operations/describe-table.ts';
import { count } from './schemas.ts';
import { defineTool, INPUT_BYTES } from './tool.ts';

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
    'Keys, indexes and size of the table: call it first. Counts are hours old; exact is scan with select COUNT, which reads everything.',
  effect: 'read',
  idempotent: true,
  maxInputBytes: INPUT_BYTES.key,
  input: z.strictObject({}),
  output: z.strictObject({
    table: z.string().describe('The name of the table.'),
    status: z.string().describe('ACTIVE when it can be used.'),
    key_schema: keySchema,
    indexes: z.array(
      z.strictObject({
        index_name: z.string(),
        type: z.enum(['global', 'local']),
        projection: z.string().describe('ALL, KEYS_ONLY or INCLUDE.'),
        key_schema: keySchema,
      }),
    ),
    billing_mode: z.string().describe('PAY_PER_REQUEST or PROVISIONED.'),
    ttl_attribute: z
      .string()
      .nullable()
      .describe('Items expire by this attribute; null when they do not, or it cannot be read.'),
    item_count: count('Approximate.'),
    size_bytes: count('Approximate.'),
  }),
  examples: [{ summary: 'Describe the table', request: {} }],
  run: async (_input, { gateway, call }) => {
    const table = await gateway.describeTable(call);
    return {
      table: table.table,
      status: table.status,
      key_schema: table.keySchema.map(keyElement),
      indexes: table.indexes.map((index) => ({
        index_name: index.indexName,
        type: index.type,
        projection: index.projection,
        key_schema: index.keySchema.map(keyElement),
      })),
      billing_mode: table.billingMode,
      ttl_attribute: table.ttlAttribute,
      item_count: table.itemCount,
      size_bytes: table.sizeBytes,
    };
  },
});

function keyElement({ attributeName, attributeType, keyType }: KeyElement) {
  return { attribute_name: attributeName, attribute_type: attributeType, key_type: keyType };
}
