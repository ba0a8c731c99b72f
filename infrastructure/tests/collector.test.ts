import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../src/config.ts';
import { LOG_ACTIONS } from '../lib/start-actions.ts';
import { only, type Stacks, stacksOf } from './support/stacks.ts';
import { task } from './support/task.ts';

const WITH = 'with a collector';
const { Service, Network, Storage } = stacksOf(WITH);

const containerOf = (stacks: Stacks, name: string) =>
  task(stacks).ContainerDefinitions.find(({ Name }: { Name: string }) => Name === name);
const variable = (container: { Environment: { Name: string; Value: unknown }[] }, name: string) =>
  container.Environment.find(({ Name }) => Name === name)?.Value;

const collector = containerOf(stacksOf(WITH), 'collector');
const service = containerOf(stacksOf(WITH), 'service');

/** The collector's configuration, with `?` for what CloudFormation puts in. */
function config() {
  const value = variable(collector, 'AOT_CONFIG_CONTENT') as { 'Fn::Join': [string, unknown[]] };
  const [, parts] = value['Fn::Join'];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : '?')).join(''));
}

interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
}

const statements = (template: typeof Service, type: string): Statement[] =>
  Object.values(template.findResources(type)).flatMap(
    ({ Properties: { PolicyDocument } }) => PolicyDocument.Statement,
  );

test('nothing of it is there by default', () => {
  const stacks = stacksOf('default');

  expect(task(stacks).ContainerDefinitions).toHaveLength(1);
  expect(variable(containerOf(stacks, 'service'), 'OTEL_EXPORTER_OTLP_ENDPOINT')).toBeUndefined();
  expect(containerOf(stacks, 'service').Memory).toBeUndefined();
  expect(JSON.stringify(Object.values(stacks).map((stack) => stack.toJSON()))).not.toMatch(
    /collector|xray/i,
  );
});

test('the service is stopped before it, and sends to where it listens', () => {
  const { endpoint } = config().receivers.otlp.protocols.http;

  expect(service.DependsOn).toEqual([{ ContainerName: 'collector', Condition: 'START' }]);
  expect(variable(service, 'OTEL_EXPORTER_OTLP_ENDPOINT')).toBe(`http://${endpoint}`);
  expect(endpoint).toMatch(/^127\.0\.0\.1:/);
  expect(Object.keys(ENVIRONMENT.shape)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
});

test('every part of its configuration that is used is there, and none is left over', () => {
  const { service, ...parts } = config();
  const pipelines: Record<string, string[]>[] = Object.values(service.pipelines);

  for (const kind of ['receivers', 'processors', 'exporters']) {
    const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind] ?? []));
    expect(Object.keys(parts[kind]).sort()).toEqual([...used].sort());
  }
  expect(Object.keys(parts.extensions)).toEqual(service.extensions);
  expect(Object.keys(service.pipelines)).toEqual(['traces', 'metrics']);
});

test('metrics are made of named metrics only, by few labels', () => {
  const { metric_declarations: made, dimension_rollup_option: rollup } = config().exporters.awsemf;

  expect(rollup).toBe('NoDimensionRollup');
  for (const { metric_name_selectors: names, dimensions } of made) {
    expect(names).toEqual([expect.stringMatching(/^\^[a-z_.\\]+\$$/)]);
    expect(dimensions[0].length).toBeLessThanOrEqual(2);
  }
});

test('the task may send traces and write to the one log group of metrics, and nothing more', () => {
  const own = statements(Service, 'AWS::IAM::Policy').filter(({ Sid = '' }) =>
    /^(Traces|Metrics)$/.test(Sid),
  );
  const before = statements(stacksOf('default').Service, 'AWS::IAM::Policy');

  expect(own).toEqual([
    expect.objectContaining({
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    }),
    expect.objectContaining({
      Action: LOG_ACTIONS,
      Resource: { 'Fn::ImportValue': expect.stringContaining('MetricsLog') },
    }),
  ]);
  expect(statements(Service, 'AWS::IAM::Policy')).toHaveLength(before.length + own.length);
});

test('the endpoints let the same pass', () => {
  const passing = statements(Network, 'AWS::EC2::VPCEndpoint');
  const of = (sid: string) => passing.filter(({ Sid }) => Sid === sid);

  expect(of('Traces')).toHaveLength(1);
  expect(of('Metrics')).toHaveLength(1);
  expect(JSON.stringify(Network.findResources('AWS::EC2::VPCEndpoint'))).toContain('.xray"');
});

test('its image comes from a repository of its own, which the task may pull from', () => {
  const repositories = Object.values(Storage.findResources('AWS::ECR::Repository'));
  const pulling = [
    ...statements(Service, 'AWS::IAM::Policy'),
    ...statements(Network, 'AWS::EC2::VPCEndpoint'),
  ].filter(
    ({ Action, Resource }) =>
      Action.includes('ecr:BatchGetImage') &&
      JSON.stringify(Resource).includes('CollectorRepository'),
  );

  expect(repositories.map(({ Properties }) => Properties.RepositoryName).sort()).toEqual([
    'dynamodb-mcp-collector',
    'dynamodb-mcp-server',
  ]);
  expect(pulling).toHaveLength(3);
  expect(JSON.stringify(collector.Image)).toContain('CollectorTag');
  expect(only(stacksOf('default').Storage, 'AWS::ECR::Repository').RepositoryName).toBe(
    'dynamodb-mcp-server',
  );
});
