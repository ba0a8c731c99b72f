import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TABLE_DEFINITION } from '../../src/dynamodb/tables/table-definition.ts';
import { SAMPLE_ITEMS } from '../../src/local/sample-items.ts';

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');
const DOCUMENT = read('infrastructure/DYNAMODB_SCHEMA.md');

const documentedTtl = () => /^\| TTL attribute \| `(\w+)`/m.exec(DOCUMENT)?.[1];

test('the document and the table that the service creates have the same keys and indexes', () => {
  const types = new Map(
    TABLE_DEFINITION.AttributeDefinitions.map((a) => [a.AttributeName as string, a.AttributeType]),
  );
  const rows = (owner: string, schema: { AttributeName: string; KeyType: string }[]) =>
    schema.map(({ AttributeName, KeyType }) => [
      owner,
      AttributeName,
      types.get(AttributeName),
      KeyType === 'HASH' ? 'partition key' : 'sort key',
    ]);

  const documented = [
    ...DOCUMENT.matchAll(/^\| (table|index `\w+`) \| `(\w+)` \| (\w) \| ([\w ]+) \|$/gm),
  ];

  expect(documented.map((row) => row.slice(1))).toEqual([
    ...rows('table', TABLE_DEFINITION.KeySchema),
    ...TABLE_DEFINITION.GlobalSecondaryIndexes.flatMap((index) =>
      rows(`index \`${index.IndexName}\``, index.KeySchema),
    ),
  ]);
});

test('the deployed table has the keys and indexes of the one that the service creates', () => {
  const { Resources } = JSON.parse(
    read('infrastructure/cloudformation/DynamodbMcpStorage.template.json'),
  );
  const tables = Object.values<{ Type: string; Properties: Record<string, unknown> }>(
    Resources,
  ).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');

  expect(tables.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      ...TABLE_DEFINITION,
      GlobalSecondaryIndexes: TABLE_DEFINITION.GlobalSecondaryIndexes.map((index) =>
        expect.objectContaining(index),
      ),
      TimeToLiveSpecification: { AttributeName: documentedTtl(), Enabled: true },
    }),
  ]);
});

test('the sample holds every documented entity', () => {
  const documented = [...DOCUMENT.matchAll(/^\| `(\w+)` \| `PROJECT#/gm)].map(([, type]) => type);

  expect(new Set(SAMPLE_ITEMS.map(({ entity_type }) => entity_type))).toEqual(new Set(documented));
});
