import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnMetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ErrorCode } from '../../../src/errors.ts';
import type { Names } from '../names.ts';
import { LOG_PATTERNS } from './log-patterns.ts';

const PERIOD = Duration.minutes(1);

type LogMetricName = keyof typeof LOG_PATTERNS;
type ApartName = 'Failures' | 'ToolDuration' | 'ToolFaults' | 'ToolCapacity';

/** Has CloudWatch count the log lines of the service, as the patterns say; the service knows nothing of it. */
export function countLogLines(scope: Construct, logGroup: LogGroup, { namespace }: Names): void {
  for (const [name, transformation] of Object.entries(LOG_PATTERNS)) {
    const { pattern, value, ...more } = transformation;
    new CfnMetricFilter(scope, `${name}Filter`, {
      logGroupName: logGroup.logGroupName,
      filterPattern: pattern,
      metricTransformations: [
        {
          metricNamespace: namespace,
          metricName: name,
          metricValue: value,
          ...('unit' in more && { unit: Unit.MILLISECONDS }),
          ...('dimension' in more && {
            dimensions: [{ key: more.dimension, value: `$.${more.dimension}` }],
          }),
        },
      ],
    });
  }
}

/** What is made from the log for the alarms and the dashboard, each minute. */
export function createLogMetrics({ namespace }: Names) {
  const apart = (name: ApartName, statistic: string) => keptApart(namespace, name, statistic);
  const sum = (metricName: LogMetricName, dimensionsMap?: Record<string, string>) =>
    new Metric({
      namespace,
      metricName,
      statistic: 'Sum',
      period: PERIOD,
      ...(dimensionsMap && { dimensionsMap }),
    });
  return {
    failures: (code: ErrorCode) => sum('Failures', { code }),
    refusals: sum('Refusals'),
    droppedLines: sum('DroppedLines'),
    failuresByCode: apart('Failures', 'Sum'),
    callsByTool: apart('ToolDuration', 'SampleCount'),
    medianByTool: apart('ToolDuration', 'p50'),
    slowestByTool: apart('ToolDuration', 'p99'),
    faultsByTool: apart('ToolFaults', 'Sum'),
    capacityByTool: apart('ToolCapacity', 'Sum'),
  };
}

/** A metric apart by its dimension, whatever values that has had. */
function keptApart(namespace: string, name: ApartName, statistic: string): MathExpression {
  const { dimension } = LOG_PATTERNS[name];
  return new MathExpression({
    expression: `SEARCH('{${namespace},${dimension}} MetricName="${name}"', '${statistic}', ${PERIOD.toSeconds()})`,
    usingMetrics: {},
    label: `\${PROP('Dim.${dimension}')}${statistic.startsWith('p') ? ` ${statistic}` : ''}`,
    period: PERIOD,
  });
}
