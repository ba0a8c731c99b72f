import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Names, namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';

/** Lines of the service, connections in the VPC, why tasks stopped, and what WAF saw if it is there. */
export interface LogGroups {
  service: LogGroup;
  flow: LogGroup;
  stoppedTasks: LogGroup;
  firewall: LogGroup | undefined;
}

/** WAF writes only to a log group whose name begins so. */
export const firewallLogName = ({ prefix }: Names) => `aws-waf-logs-${prefix}`;

/** The log groups of every deployment; they must exist before anything runs. */
export function createLogGroups(
  scope: Construct,
  encryptionKey: IKey,
  settings: Settings,
): LogGroups {
  const names = namesOf(settings);
  const shared = { encryptionKey, retention: settings.logRetentionDays };
  const group = (id: string, subject: string) =>
    createLogGroup(scope, id, { name: names.logGroup(subject), ...shared });
  return {
    service: group('ServiceLog', 'service'),
    flow: group('FlowLog', 'flow'),
    stoppedTasks: group('StoppedTasksLog', 'stopped-tasks'),
    firewall: settings.wafRateLimit
      ? createLogGroup(scope, 'FirewallLog', { name: firewallLogName(names), ...shared })
      : undefined,
  };
}

/** A log group, encrypted and with an end, that stays when its stack goes. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, ...props }: { name: string; encryptionKey: IKey; retention: RetentionDays },
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: name,
    ...props,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
