import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { only, stacksOf } from './support/stacks.ts';

const { Observability } = stacksOf('default');

const alarms = Object.values(Observability.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const alarm = (name: string) =>
  alarms.find(({ AlarmName }) => AlarmName === `dynamodb-mcp-${name}`) ?? {};

/** What an alarm watches: names of metrics, with the names of their dimensions. */
function watched(name: string): string[] {
  const { Metrics, MetricName, Dimensions } = alarm(name);
  const metrics = Metrics?.flatMap(
    ({ MetricStat }: { MetricStat?: { Metric: unknown } }) => MetricStat?.Metric ?? [],
  ) ?? [{ MetricName, Dimensions }];
  return metrics.map(
    (metric: { MetricName: string; Dimensions?: { Name: string }[] }) =>
      `${metric.MetricName} of ${(metric.Dimensions ?? []).map((dimension) => dimension.Name).sort()}`,
  );
}

const INDEX = 'GlobalSecondaryIndexName,TableName';

test.each([
  ['TableReadThrottles', 'ReadThrottleEvents of TableName'],
  ['TableWriteThrottles', 'WriteThrottleEvents of TableName'],
  ['IndexReadThrottles', `ReadThrottleEvents of ${INDEX}`],
  ['IndexWriteThrottles', `WriteThrottleEvents of ${INDEX}`],
  ['TableSystemErrors', 'SystemErrors of Operation,TableName'],
  ['ServiceErrors', 'HTTPCode_Target_5XX_Count of LoadBalancer'],
  ['LoadBalancerErrors', 'HTTPCode_ELB_5XX_Count of LoadBalancer'],
  ['SlowAnswers', 'TargetResponseTime of LoadBalancer'],
  ['UnhealthyTasks', 'UnHealthyHostCount of LoadBalancer,TargetGroup'],
  ['TooFewTasks', 'RunningTaskCount of ClusterName,ServiceName'],
  ['StoppedTasks', 'TriggeredRules of RuleName'],
  ['OutcomeUnknown', 'Failures of code'],
  ['StorageMisconfigured', 'Failures of code'],
  ['InternalError', 'Failures of code'],
  ['AuditUnavailable', 'Failures of code'],
  ['ThrottledCalls', 'Failures of code'],
  ['RefusedCalls', 'Refusals of '],
  ['DroppedLogLines', 'DroppedLines of '],
])('%s watches %s', (name, metric) => {
  expect(watched(name)).toContain(metric);
});

test('every alarm tells the topic, when it begins and when it ends', () => {
  const topic = [{ Ref: expect.stringMatching(/^AlarmTopic/) }];

  expect(alarms).toHaveLength(18);
  for (const { AlarmActions, OKActions } of alarms) {
    expect({ AlarmActions, OKActions }).toEqual({ AlarmActions: topic, OKActions: topic });
  }
});

test('silence is bad only where something must always be said', () => {
  const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');

  expect(breaching).toEqual([alarm('TooFewTasks')]);
  expect(alarm('TooFewTasks')).toMatchObject({
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 2,
  });
});

test('alarms on the table end when DynamoDB has nothing more to report', () => {
  const onTable = alarms.filter((alarm) => JSON.stringify(alarm).includes('AWS/DynamoDB'));
  const results = onTable.map(({ Metrics }) =>
    Metrics.find(({ ReturnData }: { ReturnData: boolean }) => ReturnData),
  );

  expect(results.map(({ Expression }) => Expression)).toEqual(
    Array.from({ length: 5 }, () => expect.stringMatching(/^FILL\(\w+, 0\)$/)),
  );
});

test('the topic is encrypted, takes TLS only, and lets alarms in', () => {
  expect(only(Observability, 'AWS::SNS::Topic').KmsMasterKeyId).toEqual({
    'Fn::ImportValue': expect.stringContaining('OperationsKey'),
  });
  expect(only(Observability, 'AWS::SNS::TopicPolicy').PolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
    }),
  ]);
});

test('the key lets alarms be encrypted', () => {
  const statement = { Principal: { Service: 'cloudwatch.amazonaws.com' }, Effect: 'Allow' };

  stacksOf('default').Storage.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
  });
});

test('why a task stopped is kept', () => {
  expect(only(Observability, 'AWS::Events::Rule')).toMatchObject({
    EventPattern: {
      source: ['aws.ecs'],
      detail: {
        lastStatus: ['STOPPED'],
        stopCode: ['EssentialContainerExited', 'TaskFailedToStart'],
      },
    },
    Targets: [expect.anything()],
  });
  expect(JSON.stringify(only(Observability, 'AWS::Logs::ResourcePolicy'))).toContain(
    'events.amazonaws.com',
  );
});

test('tasks are counted by Container Insights', () => {
  expect(only(stacksOf('default').Service, 'AWS::ECS::Cluster').ClusterSettings).toEqual([
    { Name: 'containerInsights', Value: 'enabled' },
  ]);
});

test('calls on the table are recorded only where it is asked for', () => {
  Observability.resourceCountIs('AWS::CloudTrail::Trail', 0);
  const trail = only(stacksOf('with data events').Observability, 'AWS::CloudTrail::Trail');

  expect(trail).toMatchObject({ IsLogging: true, EnableLogFileValidation: true });
  expect(trail.AdvancedEventSelectors[0].FieldSelectors).toEqual([
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] },
    { Field: 'resources.ARN', Equals: [{ 'Fn::ImportValue': expect.stringContaining('Table') }] },
  ]);
});
