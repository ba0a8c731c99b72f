import { z } from 'zod';

const TABLE = 'AWS::DynamoDB::Table';

/** What a table is by its nature; the rest is set when the stack is deployed for the first time. */
const NATURE = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'BillingMode',
] as const;

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const index = z.looseObject({
  IndexName: z.string(),
  KeySchema: z.unknown(),
  Projection: z.unknown(),
});

/**
 * The first template of the storage for a table that exists already: an import may hold nothing but
 * what is imported. The template of the stack, deployed after it, makes the rest around the table.
 */
export function importTemplate(storage: unknown): Record<string, unknown> {
  const { Resources } = template.parse(storage);
  const tables = Object.entries(Resources).filter(([, { Type }]) => Type === TABLE);
  return {
    Description: 'dynamodb-mcp-server: an existing table becomes part of the storage',
    Resources: Object.fromEntries(
      tables.map(([id, { Properties = {} }]) => [
        id,
        {
          Type: TABLE,
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: natureOf(Properties),
        },
      ]),
    ),
  };
}

function natureOf(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    NATURE.map((name) => [
      name,
      name === 'GlobalSecondaryIndexes' ? indexes(properties[name]) : properties[name],
    ]),
  );
}

function indexes(value: unknown): unknown[] {
  return z
    .array(index)
    .parse(value)
    .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
}
