import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SETTINGS } from '../lib/settings/settings.ts';
import { stacksOf, synthesizedStacks } from './support/stacks.ts';

const page = (name: string) => readFileSync(path.join(import.meta.dirname, '..', name), 'utf8');
const README = page('README.md');
const RUNBOOK = page('RUNBOOK.md');
/** The functions that the runbook works with. */
const [, SHELL = ''] = /## Shell\n.*?```sh\n(.*?)```/s.exec(RUNBOOK) ?? [];
const stacks = stacksOf('default');

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

test('each alarm stands in the runbook with its meaning, what to run first and what to do', () => {
  const documented = [...RUNBOOK.matchAll(/^\| `(\w+)` \| (.*?) \| `(.*?)` \| .+ \|$/gm)];
  const alarms = Object.values(stacks.Observability.findResources('AWS::CloudWatch::Alarm'));
  const means = documented.map(([, name, text]): [string, string] => [
    `dynamodb-mcp-${name}`,
    text ?? '',
  ]);

  expect(new Map(means)).toEqual(
    new Map(
      alarms.map(({ Properties: { AlarmName, AlarmDescription } }) => [
        AlarmName,
        AlarmDescription.replace(/ What to do: .*/, ''),
      ]),
    ),
  );
  const commands = documented.map(([, , , command = '']) => command.split(' ')[0]);
  const defined = [...SHELL.matchAll(/^(\w+)\(\) \{/gm)].map(([, name]) => name);
  expect(defined).toEqual(expect.arrayContaining(commands));
});

test('what is to be copied is shell', () => {
  for (const text of [README, RUNBOOK]) {
    for (const [, block = ''] of text.matchAll(/```sh\n(.*?)```/gs)) {
      const script = block.replaceAll(/^ {2,3}/gm, '');
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect([status, stderr, script]).toEqual([0, '', script]);
    }
  }
});

test('links lead to headings that are there', () => {
  const pages: Record<string, string> = {
    'README.md': README,
    'RUNBOOK.md': RUNBOOK,
    '../CONTRIBUTING.md': page('../CONTRIBUTING.md'),
  };
  const anchors = (text: string) =>
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
  const missing = ['README.md', 'RUNBOOK.md'].flatMap((from) =>
    [...(pages[from] ?? '').matchAll(/\]\(([^)#]*)#([\w-]+)\)/g)].flatMap(([, to, anchor = '']) => {
      const target = pages[to || from];
      return target === undefined || anchors(target).includes(anchor) ? [] : [`${to}#${anchor}`];
    }),
  );

  expect(missing).toEqual([]);
});

test('the table is imported under the id that the stack knows it by', () => {
  const [, id] = /"LogicalResourceId": "(\w+)"/.exec(README) ?? [];

  expect(Object.keys(stacks.Storage.findResources('AWS::DynamoDB::Table'))).toEqual([id]);
});

test('each parameter of the templates is named, and no other', () => {
  const documented = [...README.matchAll(/`DynamodbMcp(\w+:\w+)`/g)].map(([, name]) => name);
  const parameters = synthesizedStacks('with a collector').flatMap(({ name, template }) =>
    Object.keys(Object(template.Parameters)).map(
      (parameter) => `${name.replace('DynamodbMcp', '')}:${parameter}`,
    ),
  );

  expect(documented.sort()).toEqual(parameters.sort());
});

test('each output that it speaks of exists', () => {
  const spoken = `${README}${RUNBOOK}`.matchAll(
    /OutputKey=='(\w+)'|output \w+ (\w+)|`(LoadBalancerDnsName|\w+Name)`/g,
  );
  const outputs = ['with a collector', 'with a policy', 'with PrivateLink'].flatMap((variant) =>
    synthesizedStacks(variant).flatMap(({ template }) => Object.keys(Object(template.Outputs))),
  );
  const parameters = ['DomainName', 'tableName'];

  const names = [...spoken].flatMap(([, output, of, name]) => output ?? of ?? name ?? []);
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
  expect(README).toContain(`secrets: ${count('Storage', 'AWS::SecretsManager::Secret')} |`);
  expect(README).toContain(`keys: ${count('Storage', 'AWS::KMS::Key')} |`);
});
