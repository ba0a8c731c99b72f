import { Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { metricStatements, traceStatements } from '../collector-access.ts';
import { embeddingStatements } from '../embedding-access.ts';
import type { Settings } from '../settings/settings.ts';
import { LOG_ACTIONS, PULL_ACTIONS, SECRET_ACTION, TOKEN_ACTION } from '../start-actions.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { tableKeyStatement, tableStatements } from '../table-access.ts';

/** The role of the service itself: its calls on the table, what a collector sends, and nothing else. */
export function createTaskRole(scope: Construct, storage: StorageStack, settings: Settings): Role {
  const role = createRole(scope, 'TaskRole');
  for (const statement of [
    ...tableStatements(storage.table, settings),
    ...(storage.tableKey ? [tableKeyStatement(storage.tableKey, settings.readOnly)] : []),
    ...embeddingStatements(Stack.of(scope), settings),
    ...traceStatements(storage),
    ...metricStatements(storage),
  ]) {
    role.addToPolicy(statement);
  }
  for (const name of tablesOfOthers(settings)) {
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${name}/index/*]`]:
        'What indexes a table has that is not made here is not known here.',
    });
  }
  if (settings.collector) {
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'What sends traces to X-Ray knows no resources.',
    });
  }
  return role;
}

/** What a task needs to start. */
export interface StartNeeds {
  repositories: IRepository[];
  secrets: ISecret[];
  logGroup: ILogGroup;
  operationsKey: IKey;
}

/** The role that starts a task: pulls the images, reads the secrets, writes the log. */
export function createExecutionRole(
  scope: Construct,
  id: string,
  { repositories, secrets, logGroup, operationsKey }: StartNeeds,
): Role {
  const secretArns = secrets.map(({ secretArn }) => secretArn);
  const role = createRole(scope, id);
  const allow = (actions: string[], resources: string | string[], conditions = {}) =>
    role.addToPolicy(new PolicyStatement({ actions, resources: [resources].flat(), conditions }));
  allow(
    PULL_ACTIONS,
    repositories.map(({ repositoryArn }) => repositoryArn),
  );
  allow([TOKEN_ACTION], '*');
  allow(LOG_ACTIONS, logGroup.logGroupArn);
  allow([SECRET_ACTION], secretArns);
  allow(['kms:Decrypt'], operationsKey.keyArn, {
    StringEquals: {
      'kms:EncryptionContext:SecretARN': secretArns.length > 1 ? secretArns : secretArns[0],
    },
  });
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]': `${TOKEN_ACTION} knows no resources.`,
  });
  return role;
}

/** Tables that are not made here, whose indexes are any. */
function tablesOfOthers({ furtherTables, existingTable, tableName }: Settings): string[] {
  return [...furtherTables, ...(existingTable ? [tableName] : [])];
}

/** A role that only tasks of this account take on. */
export function createRole(scope: Construct, id: string): Role {
  const stack = Stack.of(scope);
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) },
      },
    }),
  });
}
