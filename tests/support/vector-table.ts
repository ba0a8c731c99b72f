import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type VectorIndex } from '@aws-sdk/client-dynamodb';
import { createBaseClient } from '../../src/dynamodb/calls/client.ts';
import { TABLE_DEFINITION } from '../../src/dynamodb/tables/table-definition.ts';
import { engineSettings } from './service.ts';

/** A vector index as DynamoDB describes it, divided and filtered by attributes that are strings. */
export function vectorIndex(
  IndexName: string,
  attribute: string,
  more: Partial<VectorIndex> & { partition?: string; filters?: string[] } = {},
): VectorIndex {
  const { partition, filters = [], ...given } = more;
  return {
    IndexName,
    VectorAttribute: { AttributeName: attribute },
    Dimensions: 3,
    DistanceFunction: 'COSINE',
    Projection: { ProjectionType: 'ALL' },
    ...((partition || filters.length > 0) && {
      SearchSchema: [
        ...(partition
          ? [{ AttributeName: partition, SearchSchemaElementType: 'HASH' as const }]
          : []),
        ...filters.map((AttributeName) => ({
          AttributeName,
          SearchSchemaElementType: 'INLINE_FILTER' as const,
        })),
      ],
    }),
    ...given,
  };
}

/** A new table of the single-table design with vector indexes; returns its name. */
export async function newVectorTable(...indexes: VectorIndex[]): Promise<string> {
  const name = `test-${randomUUID()}`;
  const known = TABLE_DEFINITION.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  const searched = indexes.flatMap(({ SearchSchema = [] }) =>
    SearchSchema.map(({ AttributeName = '' }) => AttributeName),
  );
  const added = [...new Set(searched)].filter((attribute) => !known.includes(attribute as never));
  const client = createBaseClient(engineSettings());
  await client.send(
    new CreateTableCommand({
      ...TABLE_DEFINITION,
      TableName: name,
      AttributeDefinitions: [
        ...TABLE_DEFINITION.AttributeDefinitions,
        ...added.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ],
      VectorIndexes: indexes,
    }),
  );
  client.destroy();
  return name;
}
