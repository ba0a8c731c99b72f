import { expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { LOG_PATTERNS } from '../lib/observability/log-patterns.ts';
import { only, stacksOf } from './support/stacks.ts';

const { Observability } = stacksOf('default');

const resources = (type: string) =>
  Object.values(Observability.findResources(type)).map(({ Properties }) => Properties);
const filters = resources('AWS::Logs::MetricFilter');
const alarm = (name: string) =>
  resources('AWS::CloudWatch::Alarm').find(
    ({ AlarmName }) => AlarmName === `dynamodb-mcp-${name}`,
  ) ?? {};
const body = JSON.stringify(only(Observability, 'AWS::CloudWatch::Dashboard').DashboardBody);

test('the log of the service is counted by the patterns, and only by them', () => {
  const found = filters.map(({ FilterPattern, LogGroupName, MetricTransformations: [made] }) => [
    made.MetricName,
    { FilterPattern, LogGroupName, made },
  ]);
  const expected = Object.entries(LOG_PATTERNS).map(([name, { pattern, value, ...more }]) => [
    name,
    {
      FilterPattern: pattern,
      LogGroupName: { 'Fn::ImportValue': expect.stringContaining('ServiceLog') },
      made: {
        MetricNamespace: 'DynamodbMcp',
        MetricName: name,
        MetricValue: value,
        ...('unit' in more && { Unit: more.unit }),
        ...('dimension' in more && {
          Dimensions: [{ Key: more.dimension, Value: `$.${more.dimension}` }],
        }),
      },
    },
  ]);

  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test.each([
  ['OutcomeUnknown', 'OutcomeUnknown', 1],
  ['StorageMisconfigured', 'StorageMisconfigured', 1],
  ['InternalError', 'InternalError', 1],
  ['AuditUnavailable', 'AuditUnavailable', 1],
  ['ThrottledCalls', 'Throttled', 3],
])('%s begins with the first %s in %i of five minutes', (name, code, minutes) => {
  expect(Object.keys(ERRORS)).toContain(code);
  expect(alarm(name)).toMatchObject({
    Namespace: 'DynamodbMcp',
    MetricName: 'Failures',
    Dimensions: [{ Name: 'code', Value: code }],
    Statistic: 'Sum',
    Period: 60,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    DatapointsToAlarm: minutes,
    EvaluationPeriods: 5,
    TreatMissingData: 'notBreaching',
  });
});

test('a line that was dropped is enough', () => {
  expect(alarm('DroppedLogLines')).toMatchObject({
    MetricName: 'DroppedLines',
    Statistic: 'Sum',
    Threshold: 0,
    DatapointsToAlarm: 1,
  });
});

test('refusals are told when they are many, and a large share', () => {
  const { Metrics, Threshold, DatapointsToAlarm } = alarm('RefusedCalls');
  const [expression] = Metrics.flatMap(({ Expression = [] }) => Expression);

  expect(expression).toBe('IF(part > 20, 100 * part / whole, 0)');
  expect([Threshold, DatapointsToAlarm]).toEqual([10, 3]);
});

test.each([
  ['calls', 'ToolDuration', 'SampleCount'],
  ['the median', 'ToolDuration', 'p50'],
  ['the slowest', 'ToolDuration', 'p99'],
  ['faults', 'ToolFaults', 'Sum'],
  ['capacity', 'ToolCapacity', 'Sum'],
])('the dashboard shows %s of each tool', (_what, metric, statistic) => {
  expect(body.replaceAll('\\', '')).toContain(`MetricName="${metric}"', '${statistic}', 60`);
});
