import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { DISTANCES } from './vector-indexes.ts';

const keySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1);

const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.string().optional() }).nullish(),
});

const vectorIndex = z.object({
  IndexName: z.string(),
  VectorAttribute: z.object({ AttributeName: z.string() }),
  Dimensions: z.int().min(1),
  DistanceFunction: z.enum(DISTANCES),
  SearchSchema: z
    .array(z.object({ AttributeName: z.string(), SearchSchemaElementType: z.string() }))
    .nullish(),
});

/** What has to be there of a description, and in which form. */
const DESCRIPTION = z.object({
  TableStatus: z.string(),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).nullish(),
  LocalSecondaryIndexes: z.array(index).nullish(),
  VectorIndexes: z.array(vectorIndex).nullish(),
});

/** Whether an answer of DescribeTable describes a table in all that the service relies on. */
export function isTableDescription(description: TableDescription | undefined): boolean {
  return DESCRIPTION.safeParse(description).success;
}
