import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SETTINGS } from '../lib/settings.ts';
import { STACKS, stacksOf } from './support/stacks.ts';

const README = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');
const stacks = stacksOf('default');
/** With everything that names parameters and outputs. */
const whole = stacksOf('with a collector');

test('the settings are those of the source, with their defaults', () => {
  const documented = [...README.matchAll(/^\| `(\w+)` \| (?:`([^`]*)`)? ?\| (.*) \|$/gm)];

  expect(documented.map(([, name, value = '', text]) => [name, value, text])).toEqual(
    Object.entries(SETTINGS.shape).map(([name, schema]) => [
      name,
      String(schema.parse(undefined) ?? ''),
      schema.description,
    ]),
  );
});

test('each alarm stands there with its meaning and what to do', () => {
  const section = README.slice(README.indexOf('## Alarms'));
  const documented = [...section.matchAll(/^\| `(\w+)` \| (.*?) \| (.+) \|$/gm)].map(
    ([, name, means]) => [`dynamodb-mcp-${name}`, means],
  );
  const alarms = Object.values(stacks.Observability.findResources('AWS::CloudWatch::Alarm'));

  expect(new Map(documented as [string, string][])).toEqual(
    new Map(
      alarms.map(({ Properties: { AlarmName, AlarmDescription } }) => [
        AlarmName,
        AlarmDescription.replace(/ What to do: .*/, ''),
      ]),
    ),
  );
});

test('each parameter of the templates is named, and no other', () => {
  const documented = [...README.matchAll(/`DynamodbMcp(\w+:\w+)`/g)].map(([, name]) => name);
  const parameters = STACKS.flatMap((stack) =>
    Object.keys(whole[stack].toJSON().Parameters ?? {}).map((name) => `${stack}:${name}`),
  );

  expect(documented.sort()).toEqual(parameters.sort());
});

test('each output that it speaks of exists', () => {
  const spoken = README.matchAll(/OutputKey=='(\w+)'|`(LoadBalancerDnsName|\w+Name)`/g);
  const outputs = STACKS.flatMap((stack) => Object.keys(whole[stack].toJSON().Outputs ?? {}));
  const parameters = ['DomainName', 'tableName'];

  const names = [...spoken].flatMap(([, output, name]) => output ?? name ?? []);
  expect(outputs).toEqual(
    expect.arrayContaining(names.filter((name) => !parameters.includes(name))),
  );
});

test('the costs count what there is', () => {
  const count = (stack: keyof typeof stacks, type: string, properties = {}) =>
    Object.values(stacks[stack].findResources(type, { Properties: properties })).length;
  const alarms = Object.values(stacks.Observability.findResources('AWS::CloudWatch::Alarm'));
  const metrics = JSON.stringify(alarms).match(/"MetricName"/g)?.length;

  const endpoints = count('Network', 'AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' });
  expect(README).toContain(`interface endpoints: ${endpoints} in 2 zones`);
  expect(README).toContain(`alarms: ${alarms.length} on ${metrics} metrics`);
  expect(README).toContain(`keys: ${count('Storage', 'AWS::KMS::Key')} |`);
});
