import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The table of the single-table design: PK and SK, and the index GSI1 on GSI1PK and GSI1SK. */
export const TABLE_DEFINITION = {
  AttributeDefinitions: [
    { AttributeName: 'PK', AttributeType: 'S' },
    { AttributeName: 'SK', AttributeType: 'S' },
    { AttributeName: 'GSI1PK', AttributeType: 'S' },
    { AttributeName: 'GSI1SK', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'GSI1',
      KeySchema: [
        { AttributeName: 'GSI1PK', KeyType: 'HASH' },
        { AttributeName: 'GSI1SK', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

/** What a table is created with, besides its name. */
export type TableDefinition = Omit<CreateTableCommandInput, 'TableName'>;

/** The vector index of the sample: the nearest items of one partition, by their `embedding`. */
export const VECTOR_INDEX = {
  IndexName: 'BY_MEANING',
  VectorAttribute: { AttributeName: 'embedding' },
  Dimensions: 64,
  DistanceFunction: 'COSINE',
  SearchSchema: [{ AttributeName: 'PK', SearchSchemaElementType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
} satisfies NonNullable<CreateTableCommandInput['VectorIndexes']>[number];
