import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Settings } from './settings/settings.ts';
import { INDEX_NAME, VECTOR_INDEX_NAME } from './storage/table.ts';

/** What the service asks of the table when it only reads. */
const READ_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:DescribeTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
];
/** What it asks besides, when it may write. */
const WRITE_ACTIONS = [
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];
/** What it asks of the index. */
const INDEX_ACTIONS = ['dynamodb:Query', 'dynamodb:Scan'];
/** What it asks of the vector index, where there is one. */
const VECTOR_INDEX_ACTIONS = ['dynamodb:SearchVectors'];

const KEY_READ_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_WRITE_ACTIONS = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

type TableSettings = Pick<Settings, 'readOnly' | 'furtherTables' | 'existingTable'>;

/** Leave for exactly the service's calls on its tables and their indexes, and for nothing else. */
export function tableStatements(
  table: ITable,
  { readOnly, furtherTables, existingTable }: TableSettings,
  props: Pick<PolicyStatementProps, 'principals'> = {},
): PolicyStatement[] {
  const further = furtherTables.map((name) =>
    Stack.of(table).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name }),
  );
  return [
    new PolicyStatement({
      ...props,
      sid: 'Table',
      actions: [...READ_ACTIONS, ...(readOnly ? [] : WRITE_ACTIONS)],
      resources: [table.tableArn, ...further],
    }),
    new PolicyStatement({
      ...props,
      sid: 'Index',
      actions: INDEX_ACTIONS,
      resources: [
        `${table.tableArn}/index/${existingTable ? '*' : INDEX_NAME}`,
        ...further.map((arn) => `${arn}/index/*`),
      ],
    }),
    new PolicyStatement({
      ...props,
      sid: 'VectorIndex',
      actions: VECTOR_INDEX_ACTIONS,
      resources: [`${table.tableArn}/index/${VECTOR_INDEX_NAME}`],
    }),
  ];
}

/** DynamoDB uses the table's key with the permissions of its caller; the key serves nothing else. */
export function tableKeyStatement(key: IKey, readOnly: boolean): PolicyStatement {
  const { region } = Stack.of(key);
  return new PolicyStatement({
    sid: 'TableKey',
    actions: [...KEY_READ_ACTIONS, ...(readOnly ? [] : KEY_WRITE_ACTIONS)],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
  });
}
