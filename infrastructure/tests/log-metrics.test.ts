import { expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { inWords } from './properties/deployment.ts';
import { only, stacksOf } from './support/stacks.ts';

const { Observability, Dashboard } = stacksOf('default');
const body = inWords(only(Dashboard, 'AWS::CloudWatch::Dashboard').DashboardBody);

test('codes that alarms count are codes of the service', () => {
  const codes = Object.values(Observability.findResources('AWS::CloudWatch::Alarm')).flatMap(
    ({ Properties: { MetricName, Dimensions } }) =>
      MetricName === 'Failures' ? Dimensions.map(({ Value }: { Value: string }) => Value) : [],
  );

  expect(codes.length).toBeGreaterThan(3);
  expect(Object.keys(ERRORS)).toEqual(expect.arrayContaining(codes));
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
