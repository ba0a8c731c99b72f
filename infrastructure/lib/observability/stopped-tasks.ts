import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnResourcePolicy, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Keeps the events of tasks that ended without being told to, which ECS itself shows for an hour,
 * and returns the metric that counts them.
 */
export function recordStoppedTasks(
  scope: Construct,
  { name, clusterArn, logGroup }: { name: string; clusterArn: string; logGroup: LogGroup },
): Metric {
  const logGroupArn = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: logGroup.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const rule = new CfnRule(scope, 'StoppedTasksRule', {
    description: 'Tasks of dynamodb-mcp-server that exited or did not start',
    eventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: {
        clusterArn: [clusterArn],
        lastStatus: ['STOPPED'],
        stopCode: ['EssentialContainerExited', 'TaskFailedToStart'],
      },
    },
    targets: [{ id: 'Log', arn: logGroupArn }],
  });
  const allow = {
    Effect: 'Allow',
    Principal: { Service: ['delivery.logs.amazonaws.com', 'events.amazonaws.com'] },
    Resource: `${logGroupArn}:*`,
  };
  new CfnResourcePolicy(scope, 'StoppedTasksDelivery', {
    policyName: `${name}-stopped-tasks`,
    policyDocument: Stack.of(scope).toJsonString({
      Version: '2012-10-17',
      Statement: [
        { ...allow, Action: 'logs:CreateLogStream' },
        {
          ...allow,
          Action: 'logs:PutLogEvents',
          Condition: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
        },
      ],
    }),
  });
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
    dimensionsMap: { RuleName: rule.ref },
    statistic: 'Sum',
  });
}
