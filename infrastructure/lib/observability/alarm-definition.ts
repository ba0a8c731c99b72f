import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A condition that somebody must look at: so many bad minutes out of five, or one bad day. */
export interface AlarmDefinition {
  metric: IMetric;
  /** What is wrong; the runbook says the same and what to do. */
  means: string;
  above?: number;
  below?: number;
  minutes: number;
  /** Of what is told once a day. */
  daily?: boolean;
  /** Whether silence is bad too. */
  missingIsBad?: boolean;
}
