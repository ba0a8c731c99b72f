import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';
import { firewallLogName } from './log-groups.ts';

/** The key of the table: rotated each year, used only by who is permitted to by IAM. */
export function createTableKey(scope: Construct): Key {
  return createKey(scope, 'TableKey', 'Encrypts the table, its index and its backups');
}

/** The key of logs, secret and alarm topic, with leave for the services that write there. */
export function createOperationsKey(scope: Construct, settings: Settings): Key {
  const names = namesOf(settings);
  const key = createKey(scope, 'OperationsKey', 'Encrypts logs, API keys and alarms');
  const stack = Stack.of(scope);
  const logGroup = (resourceName: string) =>
    stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogGroups',
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:Describe*',
      ],
      // In a key's policy this is the key itself.
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            logGroup(names.logGroup('*')),
            ...(settings.wafRateLimit ? [logGroup(firewallLogName(names))] : []),
          ],
        },
      },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsToTopic',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  return key;
}

function createKey(scope: Construct, id: string, description: string): Key {
  return new Key(scope, id, {
    description: `dynamodb-mcp-server: ${description}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
