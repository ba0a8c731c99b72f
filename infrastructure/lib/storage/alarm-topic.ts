import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Where alarms go, encrypted and by TLS only; people subscribe to it (see the runbook), and it stays. */
export function createAlarmTopic(scope: Construct, masterKey: IKey): Topic {
  const topic = new Topic(scope, 'AlarmTopic', {
    displayName: 'dynamodb-mcp-server',
    masterKey,
    enforceSSL: true,
  });
  topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
  // A policy of its own takes away the leave that alarms have by default.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'Alarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
