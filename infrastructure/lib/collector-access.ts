import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { LOG_ACTIONS } from './start-actions.ts';
import type { StorageStack } from './storage/storage-stack.ts';

/** Knows no resources. */
const TRACE_ACTIONS = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** Leave to send traces, for the collector. */
export function traceStatements(
  { collector }: Pick<StorageStack, 'collector'>,
  props: Pick<PolicyStatementProps, 'principals'> = {},
): PolicyStatement[] {
  if (!collector) return [];
  return [
    new PolicyStatement({ ...props, sid: 'Traces', actions: TRACE_ACTIONS, resources: ['*'] }),
  ];
}

/** Leave to write metrics to their log group, where CloudWatch finds them, for the collector. */
export function metricStatements(
  { collector }: Pick<StorageStack, 'collector'>,
  props: Pick<PolicyStatementProps, 'principals'> = {},
): PolicyStatement[] {
  if (!collector) return [];
  return [
    new PolicyStatement({
      ...props,
      sid: 'Metrics',
      actions: LOG_ACTIONS,
      resources: [collector.metrics.logGroupArn],
    }),
  ];
}
