import assert from 'node:assert/strict';
import { namesOf } from '../../lib/names.ts';
import { type Meaning, meanings } from './alarm-meanings.ts';
import { type Deployment, inWords, type Property, type Resource, valuesAt } from './deployment.ts';
import { is, like, require } from './requirements.ts';

const NAMESPACES: Record<string, RegExp> = {
  'AWS/DynamoDB': /Throttle|SystemErrors/,
  'AWS/ApplicationELB': /HTTPCode|TargetResponseTime|HostCount|RequestCount/,
  'ECS/ContainerInsights': /RunningTaskCount/,
  'AWS/ECS': /CPUUtilization|MemoryUtilization/,
  'AWS/Events': /TriggeredRules/,
  'AWS/CertificateManager': /DaysToExpiry/,
};

/** The metrics of an alarm, each in words, with its statistic and period. */
function watched({ properties }: Resource) {
  const inMath = valuesAt(properties, 'Metrics[]').flatMap((entry) => {
    const [stat] = valuesAt(entry, 'MetricStat');
    if (stat === undefined) return [];
    return [
      { metric: valuesAt(stat, 'Metric')[0], of: stat, statistic: valuesAt(stat, 'Stat')[0] },
    ];
  });
  const alone = {
    metric: properties,
    of: properties,
    statistic: properties.Statistic ?? properties.ExtendedStatistic,
  };
  return (inMath.length > 0 ? inMath : [alone]).map(({ metric, of, statistic }) => ({
    words: [
      inWords(valuesAt(metric, 'MetricName')[0]),
      ...valuesAt(metric, 'Dimensions[]')
        .filter((dimension) => dimension !== undefined)
        .map((dimension) => `${inWords(valuesAt(dimension, 'Name')[0])}=${value(dimension)}`),
    ].join(' '),
    namespace: inWords(valuesAt(metric, 'Namespace')[0]),
    statistic,
    period: valuesAt(of, 'Period')[0],
  }));
}

/** What a dimension names; the parts of an ARN that it is made of are the resource. */
function value(dimension: unknown): string {
  const [found] = valuesAt(dimension, 'Value');
  return /<\w+>/.exec(inWords(found))?.[0] ?? inWords(found);
}

function checkAlarm(alarm: Resource, name: string, meaning: Meaning, deployment: Deployment) {
  const { properties } = alarm;
  const { watches, statistic, above, below, minutes, silence, expression, daily } = meaning;
  const [least, most] = above ?? below ?? [0, 0];
  const metrics = watched(alarm);
  const table = deployment.settings.existingTable ? deployment.settings.tableName : '<Table>';
  const expected = watches.replace('<Table>', table);
  for (const needed of [expected, meaning.beside ?? expected]) {
    assert.ok(
      metrics.some(({ words }) => words === needed),
      `${name} must watch ${needed}, and watches ${metrics.map(({ words }) => words)}`,
    );
  }
  const { namespace } = namesOf(deployment.settings);
  for (const metric of metrics) {
    assert.equal(metric.statistic, statistic, `${name}: statistic of ${metric.words}`);
    assert.equal(metric.period, daily ? 86_400 : 60, `${name}: period of ${metric.words}`);
    const own = NAMESPACES[metric.namespace];
    assert.ok(own ? own.test(metric.words) : metric.namespace === namespace, `${name}: namespace`);
  }
  const threshold = Number(properties.Threshold);
  assert.ok(threshold >= least && threshold <= most, `${name}: threshold ${threshold}`);
  assert.deepEqual(
    [
      properties.ComparisonOperator,
      properties.DatapointsToAlarm,
      properties.EvaluationPeriods,
      properties.TreatMissingData,
      properties.ActionsEnabled ?? true,
    ],
    [
      above ? 'GreaterThanThreshold' : 'LessThanThreshold',
      minutes,
      daily ? 1 : 5,
      silence ?? 'notBreaching',
      true,
    ],
    name,
  );
  checkMath(name, properties, expression);
}

/** Of all that is calculated one thing is looked at, and what it is made of is there. */
function checkMath(name: string, properties: Resource['properties'], expression?: RegExp): void {
  const entries = valuesAt(properties, 'Metrics[]').filter((entry) => entry !== undefined);
  const results = entries.filter((entry) => valuesAt(entry, 'ReturnData')[0] !== false);
  const [result] = results.map((entry) => valuesAt(entry, 'Expression')[0]);
  assert.equal(results.length, entries.length > 0 ? 1 : 0, `${name}: results`);
  if (expression) assert.match(inWords(result), expression, name);
  else assert.equal(result, undefined, name);
  const ids = entries.map((entry) => valuesAt(entry, 'Id')[0]);
  const used = entries.flatMap(
    (entry) => inWords(valuesAt(entry, 'Expression')[0] ?? '').match(/\b[a-z]\w*/g) ?? [],
  );
  assert.deepEqual(
    used.filter((id) => !ids.includes(id)),
    [],
    name,
  );
}

/** What holds for what tells people. */
export const ALARMS: Record<string, Property> = {
  'every alarm watches what it must, and begins when it must': (deployment) => {
    const { prefix } = namesOf(deployment.settings);
    const alarms = new Map(
      deployment
        .of('AWS::CloudWatch::Alarm')
        .map((alarm) => [String(alarm.properties.AlarmName).replace(`${prefix}-`, ''), alarm]),
    );
    const expected = meanings(deployment.settings);

    assert.deepEqual([...alarms.keys()].sort(), Object.keys(expected).sort());
    for (const [name, alarm] of alarms) {
      const meaning = expected[name];
      if (meaning) checkAlarm(alarm, name, meaning, deployment);
    }
  },

  'every operation of DynamoDB is among its errors, and counts': (deployment) => {
    const [alarm] = deployment
      .of('AWS::CloudWatch::Alarm')
      .filter(({ id }) => id === 'TableSystemErrors');
    assert.ok(alarm);
    const operations = valuesAt(alarm.properties, 'Metrics[]').flatMap((entry) =>
      valuesAt(entry, 'MetricStat.Metric.Dimensions[].Value').filter(
        (name) =>
          typeof name === 'string' && /^[A-Z]\w+(Item|Query|Scan)$|^Query$|^Scan$/.test(name),
      ),
    );
    assert.deepEqual(operations.sort(), [
      ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem'],
      ...['PutItem', 'Query', 'Scan', 'UpdateItem'],
    ]);
    const sum = valuesAt(alarm.properties, 'Metrics[].Expression').find((text) =>
      inWords(text).includes(' + '),
    );
    assert.equal(
      inWords(sum).split(' + ').sort().join(),
      operations
        .map((name) => inWords(name).toLowerCase())
        .sort()
        .join(),
    );
  },

  'every alarm tells the topic that stays, when it begins and when it ends': (deployment) => {
    require(deployment, 'AWS::CloudWatch::Alarm', [
      ['AlarmActions', is('<AlarmTopic>')],
      ['OKActions', is('<AlarmTopic>')],
      ['AlarmDescription', like(/ What to do: infrastructure\/RUNBOOK\.md, Alarms, \w+\.$/)],
    ]);
  },
};
