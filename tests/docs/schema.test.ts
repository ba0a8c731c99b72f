import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TABLE_DEFINITION } from '../../src/dynamodb/table-definition.ts';
import { SAMPLE_ITEMS } from '../../src/local/sample-items.ts';

const DOCUMENT = readFileSync(
  path.join(import.meta.dirname, '../../infrastructure/DYNAMODB_SCHEMA.md'),
  'utf8',
);

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

test('the sample holds every documented entity', () => {
  const documented = [...DOCUMENT.matchAll(/^\| `(\w+)` \| `PROJECT#/gm)].map(([, type]) => type);

  expect(new Set(SAMPLE_ITEMS.map(({ entity_type }) => entity_type))).toEqual(new Set(documented));
});
