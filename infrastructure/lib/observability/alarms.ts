import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import { logAlarms } from './log-alarms.ts';
import { type Metrics, zeroIfSilent } from './metrics.ts';

/** All alarms by name; the runbook's table follows it. */
function alarmDefinitions(
  metrics: Metrics,
  settings: Pick<Settings, 'minTasks' | 'maxTasks'>,
): Record<string, AlarmDefinition> {
  const faults = (metric: IMetric, means: string) => ({
    metric: zeroIfSilent(metric),
    means,
    above: 0,
    minutes: 3,
  });
  return {
    ...logAlarms(metrics),
    TableReadThrottles: faults(
      metrics.tableReadThrottles,
      'DynamoDB throttles reads of the table.',
    ),
    TableWriteThrottles: faults(
      metrics.tableWriteThrottles,
      'DynamoDB throttles writes to the table.',
    ),
    IndexReadThrottles: faults(metrics.indexReadThrottles, 'DynamoDB throttles reads of GSI1.'),
    IndexWriteThrottles: faults(
      metrics.indexWriteThrottles,
      'GSI1 does not keep up with writes, and writes to the table are throttled for it.',
    ),
    TableSystemErrors: faults(metrics.systemErrors, 'DynamoDB itself fails.'),
    ServiceErrors: {
      metric: metrics.targetErrorPercent,
      means: 'More than 1 % of the answers of the service are 5xx.',
      above: 1,
      minutes: 3,
    },
    LoadBalancerErrors: {
      metric: metrics.loadBalancerErrors,
      means: 'The load balancer answers 5xx by itself: no healthy task, or connections break.',
      above: 5,
      minutes: 3,
    },
    SlowAnswers: {
      metric: metrics.latency99,
      means: 'One answer in a hundred takes longer than 2 s.',
      above: 2,
      minutes: 5,
    },
    ...taskAlarms(metrics, settings),
  };
}

/** The alarms on the tasks themselves, and on the certificate before them. */
function taskAlarms(
  metrics: Metrics,
  { minTasks, maxTasks }: Pick<Settings, 'minTasks' | 'maxTasks'>,
): Record<string, AlarmDefinition> {
  return {
    UnhealthyTasks: {
      metric: metrics.unhealthyTasks,
      means: 'A task does not answer its health check.',
      above: 0,
      minutes: 3,
    },
    TooFewHealthyTasks: {
      metric: metrics.healthyTasks,
      means: 'Fewer tasks answer the load balancer than the minimum.',
      below: minTasks,
      minutes: 3,
      missingIsBad: true,
    },
    TooFewTasks: {
      metric: metrics.runningTasks,
      means: 'Fewer tasks run than the minimum.',
      below: minTasks,
      minutes: 5,
      missingIsBad: true,
    },
    TasksAtMaximum: {
      metric: metrics.runningTasks,
      means: 'As many tasks run as may: the service cannot grow further.',
      above: maxTasks - 1,
      minutes: 5,
    },
    StoppedTasks: {
      metric: metrics.stoppedTasks,
      means: 'A task exited or did not start.',
      above: 0,
      minutes: 1,
    },
    BusyTasks: {
      metric: metrics.cpu,
      means: 'The tasks use more than 85 % of their CPU.',
      above: 85,
      minutes: 5,
    },
    FullTasks: {
      metric: metrics.memory,
      means: 'A task uses more than 85 % of its memory.',
      above: 85,
      minutes: 3,
    },
    CertificateExpiry: {
      metric: metrics.certificateDays,
      means: 'The certificate ends in less than 30 days.',
      below: 30,
      minutes: 1,
      daily: true,
    },
  };
}

/** Makes the alarms, each of which tells the topic when it begins and when it ends; gives their names. */
export function createAlarms(
  scope: Construct,
  { metrics, settings, action }: { metrics: Metrics; settings: Settings; action: IAlarmAction },
): string[] {
  const { prefix } = namesOf(settings);
  return Object.entries(alarmDefinitions(metrics, settings)).map(([name, definition]) => {
    const { metric, means, above = 0, below, minutes, daily, missingIsBad } = definition;
    const alarmName = `${prefix}-${name}`;
    const alarm = new Alarm(scope, name, {
      alarmName,
      alarmDescription: `${means} What to do: infrastructure/RUNBOOK.md, Alarms, ${name}.`,
      metric,
      threshold: below ?? above,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      datapointsToAlarm: minutes,
      evaluationPeriods: daily ? 1 : 5,
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarmName;
  });
}
