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

/** The log groups of every deployment; they must exist before anything runs. */
export function createLogGroups(
  scope: Construct,
  encryptionKey: IKey,
  retention: RetentionDays,
): LogGroups {
  const shared = { encryptionKey, retention };
  return {
    service: createLogGroup(scope, 'ServiceLog', { name: 'service', ...shared }),
    flow: createLogGroup(scope, 'FlowLog', { name: 'flow', ...shared }),
    stoppedTasks: createLogGroup(scope, 'StoppedTasksLog', { name: 'stopped-tasks', ...shared }),
  };
}

/** A log group, encrypted and with an end, that stays when its stack goes. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, ...props }: { name: string; encryptionKey: IKey; retention: RetentionDays },
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: LOG_GROUP_PREFIX + name,
    ...props,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
