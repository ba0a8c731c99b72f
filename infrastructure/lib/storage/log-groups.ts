import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** All log groups are below it, and the key of the logs serves nothing else. */
export const LOG_GROUP_PREFIX = '/dynamodb-mcp/';

/** Lines of the service, connections in the VPC, and why tasks stopped. */
export interface LogGroups {
  service: LogGroup;
  flow: LogGroup;
  stoppedTasks: LogGroup;
}

/** The log groups, encrypted and with an end; they must exist before anything runs. */
export function createLogGroups(
  scope: Construct,
  encryptionKey: IKey,
  retention: RetentionDays,
): LogGroups {
  const logGroup = (id: string, name: string) =>
    new LogGroup(scope, id, {
      logGroupName: LOG_GROUP_PREFIX + name,
      encryptionKey,
      retention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  return {
    service: logGroup('ServiceLog', 'service'),
    flow: logGroup('FlowLog', 'flow'),
    stoppedTasks: logGroup('StoppedTasksLog', 'stopped-tasks'),
  };
}
