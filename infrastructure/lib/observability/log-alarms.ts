import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarm-definition.ts';
import type { Metrics } from './metrics.ts';

/** The alarms on what the service says itself; no line is no fault. By their names. */
export function logAlarms({ log, refusedPercent }: Metrics): Record<string, AlarmDefinition> {
  const once = (metric: IMetric, means: string) => ({ metric, means, above: 0, minutes: 1 });
  return {
    OutcomeUnknown: once(
      log.failures('OutcomeUnknown'),
      'Whether a write was applied is not known, and its caller was told so.',
    ),
    StorageMisconfigured: once(
      log.failures('StorageMisconfigured'),
      'DynamoDB refuses the service itself: its role, its table or its key is wrong.',
    ),
    InternalError: once(log.failures('InternalError'), 'A request met a defect of the service.'),
    AuditUnavailable: once(
      log.failures('AuditUnavailable'),
      'Writes are refused because the audit that the policy requires cannot be written.',
    ),
    DroppedLogLines: once(log.droppedLines, 'Lines of the log, or of the audit, are missing.'),
    ThrottledCalls: {
      metric: log.failures('Throttled'),
      means: 'Calls fail for throttling, after all of their retries.',
      above: 0,
      minutes: 3,
    },
    RefusedCalls: {
      metric: refusedPercent,
      means:
        'More than 10 % of the requests are refused for who sends them, and more than 20 a minute.',
      above: 10,
      minutes: 3,
    },
  };
}
