import { expect, test } from 'vitest';
import { importTemplate } from '../lib/storage/import-template.ts';
import { stacksOf } from './support/stacks.ts';

const { Storage } = stacksOf('default');
const imported = importTemplate(Storage.toJSON());
const [[id, table] = []] = Object.entries(Object(imported.Resources));

test('an import holds the table alone, under the id that the stack knows it by', () => {
  expect(Object.keys(Object(imported.Resources))).toEqual(
    Object.keys(Storage.findResources('AWS::DynamoDB::Table')),
  );
  expect(imported).not.toHaveProperty('Outputs');
  expect(JSON.stringify(imported)).not.toMatch(/"(Ref|Fn::\w+)"/);
});

test('what is imported stays when its stack goes, as CloudFormation asks', () => {
  expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('keys and indexes are those of the stack, so that its deployment replaces nothing', () => {
  const { Properties: whole } = Storage.toJSON().Resources[id ?? ''];
  const { Properties: first } = Object(table);

  for (const name of ['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode']) {
    expect(first[name]).toEqual(whole[name]);
  }
  expect(whole.GlobalSecondaryIndexes).toEqual([
    expect.objectContaining(first.GlobalSecondaryIndexes[0]),
  ]);
});
