import type { Settings } from '../../lib/settings/settings.ts';

/** What an alarm must watch, and when it must begin. */
export interface Meaning {
  /** Name of the metric, and what it is of. */
  watches: string;
  statistic: string;
  above?: readonly [least: number, most: number];
  below?: readonly [least: number, most: number];
  minutes: number;
  silence?: 'breaching';
  /** What it is compared with. */
  beside?: string;
  /** What the metric is put into; absent where it stands alone. */
  expression?: RegExp;
  daily?: true;
}

const FIRST = { above: [0, 0], minutes: 1, statistic: 'Sum' } as const;
const OFTEN = { above: [0, 0], minutes: 3, statistic: 'Sum' } as const;
/** Counts of DynamoDB are absent when they are zero: an alarm on them would never end. */
const FILLED = { ...OFTEN, expression: /^FILL\(\w+, 0\)$/ };

/** What each alarm is for, by its name. */
export function meanings({ minTasks, maxTasks }: Settings): Record<string, Meaning> {
  const balancer = 'LoadBalancer=<LoadBalancer>';
  const tasks = 'ClusterName=<Cluster> ServiceName=<Service>';
  const targets = 'LoadBalancer=<LoadBalancerHttps> TargetGroup=<Targets>';
  const table = 'TableName=<Table>';
  const index = `GlobalSecondaryIndexName=GSI1 ${table}`;
  const failures = (code: string) => `Failures code=${code}`;
  return {
    OutcomeUnknown: { watches: failures('OutcomeUnknown'), ...FIRST },
    StorageMisconfigured: { watches: failures('StorageMisconfigured'), ...FIRST },
    InternalError: { watches: failures('InternalError'), ...FIRST },
    AuditUnavailable: { watches: failures('AuditUnavailable'), ...FIRST },
    DroppedLogLines: { watches: 'DroppedLines', ...FIRST },
    ThrottledCalls: { watches: failures('Throttled'), ...OFTEN },
    RefusedCalls: {
      watches: 'Refusals',
      beside: `RequestCount ${balancer}`,
      ...OFTEN,
      above: [10, 10],
      expression: /^IF\(part > 20, 100 \* part \/ whole, 0\)$/,
    },
    TableReadThrottles: { watches: `ReadThrottleEvents ${table}`, ...FILLED },
    TableWriteThrottles: { watches: `WriteThrottleEvents ${table}`, ...FILLED },
    IndexReadThrottles: { watches: `ReadThrottleEvents ${index}`, ...FILLED },
    IndexWriteThrottles: { watches: `WriteThrottleEvents ${index}`, ...FILLED },
    TableSystemErrors: { watches: `SystemErrors Operation=GetItem ${table}`, ...FILLED },
    ServiceErrors: {
      watches: `HTTPCode_Target_5XX_Count ${balancer}`,
      beside: `RequestCount ${balancer}`,
      ...OFTEN,
      above: [1, 1],
      expression: /^IF\(whole > 0, 100 \* FILL\(part, 0\) \/ whole, 0\)$/,
    },
    LoadBalancerErrors: { watches: `HTTPCode_ELB_5XX_Count ${balancer}`, ...OFTEN, above: [5, 5] },
    SlowAnswers: {
      watches: `TargetResponseTime ${balancer}`,
      statistic: 'p99',
      above: [2, 2],
      minutes: 5,
    },
    UnhealthyTasks: {
      watches: `UnHealthyHostCount ${targets}`,
      ...OFTEN,
      statistic: 'Maximum',
    },
    TooFewHealthyTasks: {
      watches: `HealthyHostCount ${targets}`,
      statistic: 'Minimum',
      below: [minTasks, minTasks],
      minutes: 3,
      silence: 'breaching',
    },
    TooFewTasks: {
      watches: `RunningTaskCount ${tasks}`,
      statistic: 'Minimum',
      below: [minTasks, minTasks],
      minutes: 5,
      silence: 'breaching',
    },
    TasksAtMaximum: {
      watches: `RunningTaskCount ${tasks}`,
      statistic: 'Minimum',
      above: [maxTasks - 1, maxTasks - 1],
      minutes: 5,
    },
    StoppedTasks: { watches: 'TriggeredRules RuleName=<StoppedTasksRule>', ...FIRST },
    BusyTasks: {
      watches: `CPUUtilization ${tasks}`,
      statistic: 'Average',
      above: [75, 90],
      minutes: 5,
    },
    FullTasks: {
      watches: `MemoryUtilization ${tasks}`,
      statistic: 'Maximum',
      above: [75, 90],
      minutes: 3,
    },
    CertificateExpiry: {
      watches: 'DaysToExpiry CertificateArn=<CertificateArn>',
      statistic: 'Minimum',
      below: [21, 45],
      minutes: 1,
      daily: true,
    },
  };
}
