import assert from 'node:assert/strict';
import { namesOf } from '../../lib/names.ts';
import { LOG_PATTERNS } from '../../lib/observability/log-patterns.ts';
import { inWords, type Property, valuesAt } from './deployment.ts';
import { count, is, like, require } from './requirements.ts';

/** What holds for what is recorded, counted and shown. */
export const RECORDS: Record<string, Property> = {
  'the log of the service is counted by the patterns, and only by them': (deployment) => {
    const { namespace } = namesOf(deployment.settings);
    const found = deployment.of('AWS::Logs::MetricFilter').map(({ properties }) => {
      const [made] = valuesAt(properties, 'MetricTransformations[]');
      const of = (name: string) => inWords(valuesAt(made, name)[0]);
      return [
        of('MetricName'),
        properties.FilterPattern,
        inWords(properties.LogGroupName),
        of('MetricNamespace'),
        of('MetricValue'),
        inWords(valuesAt(made, 'Dimensions[].Key')),
        inWords(valuesAt(made, 'Dimensions[].Value')),
        of('Unit'),
        of('DefaultValue'),
      ];
    });
    const expected = Object.entries(LOG_PATTERNS).map(([name, { pattern, value, ...more }]) => [
      name,
      pattern,
      '<ServiceLog>',
      namespace,
      value,
      'dimension' in more ? more.dimension : 'undefined',
      'dimension' in more ? `$.${more.dimension}` : 'undefined',
      'unit' in more ? more.unit : 'undefined',
      'undefined',
    ]);
    assert.deepEqual(found, expected);
  },

  'why a task stopped is kept, and counted': (deployment) => {
    count(deployment, { 'AWS::Events::Rule': 1, 'AWS::Logs::ResourcePolicy': 1 });
    require(deployment, 'AWS::Events::Rule', [
      ['EventPattern.source', is('aws.ecs')],
      ['EventPattern.detail-type', is('ECS Task State Change')],
      ['EventPattern.detail.clusterArn', is('<Cluster>')],
      ['EventPattern.detail.lastStatus', is('STOPPED')],
      ['EventPattern.detail.stopCode', is('EssentialContainerExited TaskFailedToStart')],
      ['State', like(/^(undefined|ENABLED)$/)],
      ['Targets[].Arn', like(/log-group:<StoppedTasksLog>$/)],
    ]);
  },

  'calls on the table are recorded where it is asked for, and what was recorded can be proved': (
    deployment,
  ) => {
    count(deployment, { 'AWS::CloudTrail::Trail': deployment.settings.dataEvents ? 1 : 0 });
    require(deployment, 'AWS::CloudTrail::Trail', [
      ['IsLogging', is(true)],
      ['EnableLogFileValidation', is(true)],
      ['S3BucketName', is('<Trail>')],
      [
        'AdvancedEventSelectors[].FieldSelectors',
        is(
          'Equals=Data Field=eventCategory Equals=AWS::DynamoDB::Table Field=resources.type Equals=<Table> Field=resources.ARN',
        ),
      ],
    ]);
  },

  'the dashboard is there, and shows every alarm': (deployment) => {
    const [dashboard] = deployment.of('AWS::CloudWatch::Dashboard');
    const body = inWords(dashboard?.properties.DashboardBody);
    for (const { properties } of deployment.of('AWS::CloudWatch::Alarm')) {
      assert.ok(body.includes(`:alarm:${properties.AlarmName}"`), String(properties.AlarmName));
    }
  },
};
