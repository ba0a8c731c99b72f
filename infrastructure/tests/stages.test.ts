import { expect, test } from 'vitest';
import type { SynthesizedStack } from '../lib/templates.ts';
import { synthesizedStacks } from './support/stacks.ts';

const RELEASE = 'DynamodbMcpRelease';

/** Names that an account or a region has once. */
const NAMES = [
  'AlarmName',
  'DashboardName',
  'LogGroupName',
  'Name',
  'PolicyName',
  'RepositoryName',
  'SecretName',
  'TableName',
  'TopicName',
  'TrailName',
];

/** Every name that people gave, and every export. */
function namesIn(stacks: SynthesizedStack[]): string[] {
  const own = stacks.filter(({ name }) => name !== RELEASE);
  return own.flatMap(({ name, template }) => [
    name,
    ...Object.values(Object(template.Resources)).flatMap((resource) => {
      const { Type, Properties = {} } = Object(resource);
      if (Type === 'AWS::IAM::Policy' || Type === 'AWS::Logs::MetricFilter') return [];
      return NAMES.flatMap((key) =>
        typeof Properties[key] === 'string' ? [`${Type} ${Properties[key]}`] : [],
      );
    }),
    ...Object.values(Object(template.Outputs)).flatMap(
      (output) => Object(Object(output).Export).Name ?? [],
    ),
  ]);
}

test.each([
  ['new VPCs', 'default', 'staging'],
  ['an existing VPC', 'an existing VPC', 'staging in an existing VPC'],
])('two stages stand side by side in one account, in %s', (_where, production, staging) => {
  const names = namesIn(synthesizedStacks(production));
  const beside = namesIn(synthesizedStacks(staging));

  expect(names.length).toBeGreaterThan(60);
  expect(beside).toHaveLength(names.length);
  expect(beside.filter((name) => names.includes(name))).toEqual([]);
});

test('no stage reads what another one made', () => {
  const production = synthesizedStacks('default').map(({ name }) => name);
  const imports = JSON.stringify(synthesizedStacks('staging')).match(/DynamodbMcp\w+:Exports/g);

  expect(imports?.length).toBeGreaterThan(10);
  expect(imports?.filter((name) => production.includes(name.split(':')[0] ?? ''))).toEqual([]);
});

test('the roles of releases are the same whatever the stage, for they are of all of them', () => {
  const [release, beside] = ['default', 'staging in an existing VPC'].map((variant) =>
    synthesizedStacks(variant).find(({ name }) => name === RELEASE),
  );
  const untagged = (stack: unknown) =>
    JSON.stringify(stack).replaceAll(/\{"Key":"stage","Value":"\w+"\}/g, '');

  expect(untagged(release)).toBe(untagged(beside));
});
