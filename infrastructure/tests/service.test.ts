import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DRAIN_GRACE_MS } from '../../src/app.ts';
import { ENVIRONMENT, parseConfig } from '../../src/config.ts';
import { KEEP_ALIVE_TIMEOUT_MS } from '../../src/http/server.ts';
import { environment } from '../lib/service/environment.ts';
import { only, type Stacks, stacksOf } from './support/stacks.ts';

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const { Service } = stacksOf('default');

const task = ({ Service }: Stacks) => only(Service, 'AWS::ECS::TaskDefinition');
const container = (stacks: Stacks) => task(stacks).ContainerDefinitions[0];
const variables = (stacks: Stacks): Record<string, unknown> =>
  Object.fromEntries(
    container(stacks).Environment.map(({ Name, Value }: Record<string, string>) => [Name, Value]),
  );

/** Attributes that are a list of keys and values. */
function attributes(entries: { Key: string; Value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ Key, Value }) => [Key, Value]));
}
const balancer = () => attributes(only(Service, BALANCER).LoadBalancerAttributes);
const targets = () =>
  attributes(only(Service, 'AWS::ElasticLoadBalancingV2::TargetGroup').TargetGroupAttributes);

test('the container can change nothing and loses no line', () => {
  expect(container(stacksOf('default'))).toMatchObject({
    User: '1000',
    ReadonlyRootFilesystem: true,
    LinuxParameters: { InitProcessEnabled: true, Capabilities: { Drop: ['ALL'] } },
    LogConfiguration: { LogDriver: 'awslogs', Options: { mode: 'blocking' } },
    StopTimeout: 60,
    Essential: true,
  });
  expect(container(stacksOf('default')).LinuxParameters.Capabilities.Add).toBeUndefined();
  expect(container(stacksOf('default')).Privileged).toBeUndefined();
});

test('the container is checked as the image checks itself', () => {
  const dockerfile = readFileSync(path.join(import.meta.dirname, '../../Dockerfile'), 'utf8');
  const [, command = ''] = /HEALTHCHECK [^[]*CMD (\[.*\])/.exec(dockerfile) ?? [];
  const plain = (text: string) =>
    text.replaceAll('`', "'").replace('$' + '{process.env.PORT||8002}', '8002');

  expect(container(stacksOf('default')).HealthCheck.Command).toEqual([
    'CMD',
    ...JSON.parse(command).map(plain),
  ]);
});

test('tasks run on ARM64 unless they are told otherwise', () => {
  expect(task(stacksOf('default')).RuntimePlatform.CpuArchitecture).toBe('ARM64');
  expect(task(stacksOf('x86')).RuntimePlatform.CpuArchitecture).toBe('X86_64');
});

const OPTIONS = {
  region: 'eu-central-1',
  tableName: 'MedAssureAI_Artifacts',
  readOnly: false,
  domainName: 'dynamodb.example.com',
};
const KEYS = { API_KEYS: `ops:${'0'.repeat(64)}` };

test('every variable of the task is a setting of the service', () => {
  const stacks = stacksOf('default');
  const secrets = container(stacks).Secrets.map(({ Name }: { Name: string }) => Name);

  expect(Object.keys(ENVIRONMENT.shape)).toEqual(
    expect.arrayContaining([...Object.keys(variables(stacks)), ...secrets]),
  );
  expect(Object.keys(variables(stacks))).toEqual(Object.keys(environment(OPTIONS)));
  expect(secrets).toEqual(['API_KEYS']);
});

test('the service accepts the environment of the task', () => {
  const config = parseConfig({ ...environment(OPTIONS), ...KEYS }, { local: false });

  expect(config).toMatchObject({
    ENVIRONMENT: 'production',
    PORT: 8002,
    DRAIN_DELAY_MS: 5_000,
    ALLOW_UNAUTHENTICATED: false,
    MCP_ALLOWED_HOSTS: ['dynamodb.example.com'],
  });
});

test.each([
  ['no API keys', {}],
  ['the secret as it was made', { API_KEYS: 'q7Zk2mWx9TfJ4hN8sLpR3vB6yCdE5gAa' }],
])('the service refuses to start with %s', (_name, keys) => {
  expect(() => parseConfig({ ...environment(OPTIONS), ...keys }, { local: false })).toThrow(
    'API_KEYS',
  );
});

test('read-only tasks are told so', () => {
  expect(variables(stacksOf('default')).READ_ONLY).toBe('false');
  expect(variables(stacksOf('read-only')).READ_ONLY).toBe('true');
});

test('timeouts fit together and to those of the server', () => {
  const idle = Number(balancer()['idle_timeout.timeout_seconds']);
  const deregistration = Number(targets()['deregistration_delay.timeout_seconds']);
  const config = parseConfig({ ...environment(OPTIONS), ...KEYS }, { local: false });
  const longestRequest = config.DRAIN_DELAY_MS + config.REQUEST_DEADLINE_MS + DRAIN_GRACE_MS;

  expect(idle * 1_000).toBeLessThan(KEEP_ALIVE_TIMEOUT_MS);
  expect(config.REQUEST_DEADLINE_MS).toBeLessThan(idle * 1_000);
  expect(longestRequest).toBeLessThan(deregistration * 1_000);
  expect(deregistration).toBeLessThan(container(stacksOf('default')).StopTimeout);
});

test('the load balancer is internal unless it is asked to be public', () => {
  expect(only(Service, BALANCER).Scheme).toBe('internal');
  expect(only(stacksOf('public').Service, BALANCER).Scheme).toBe('internet-facing');
});

test('the load balancer is protected, strict and logged', () => {
  expect(balancer()).toMatchObject({
    'deletion_protection.enabled': 'true',
    'routing.http.drop_invalid_header_fields.enabled': 'true',
    'access_logs.s3.enabled': 'true',
    'access_logs.s3.bucket': { 'Fn::ImportValue': expect.stringContaining('AccessLogs') },
  });
});

test.each(['default', 'public'])('nothing is served without TLS 1.2 or 1.3: %s', (variant) => {
  const listeners = Object.values(
    stacksOf(variant).Service.findResources('AWS::ElasticLoadBalancingV2::Listener'),
  ).map(({ Properties }) => [
    Properties.Port,
    Properties.SslPolicy,
    Properties.DefaultActions[0].Type,
    Properties.DefaultActions[0].RedirectConfig?.Protocol,
  ]);

  expect(listeners).toEqual([
    [80, undefined, 'redirect', 'HTTPS'],
    [443, 'ELBSecurityPolicy-TLS13-1-2-2021-06', 'forward', undefined],
  ]);
  stacksOf(variant).Service.hasParameter('CertificateArn', { Type: 'String' });
});

test('targets are probed at /health and get the requests that others are too busy for', () => {
  expect(only(Service, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
    HealthCheckPath: '/health',
    Port: 8002,
    TargetType: 'ip',
  });
  expect(targets()['load_balancing.algorithm.type']).toBe('least_outstanding_requests');
});

test('a deployment never takes capacity away, and one that fails is rolled back', () => {
  expect(only(Service, 'AWS::ECS::Service')).toMatchObject({
    DeploymentConfiguration: {
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
    },
    EnableExecuteCommand: false,
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
  });
  // The scaling says how many; an update that says it too would undo that.
  expect(only(Service, 'AWS::ECS::Service').DesiredCount).toBeUndefined();
});

test('tasks are scaled by CPU and by requests, and never fewer than two', () => {
  expect(only(Service, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
    MinCapacity: 2,
    MaxCapacity: 10,
  });
  const policies = Object.values(
    Service.findResources('AWS::ApplicationAutoScaling::ScalingPolicy'),
  ).map(({ Properties: { TargetTrackingScalingPolicyConfiguration: policy } }) => [
    policy.PredefinedMetricSpecification.PredefinedMetricType,
    policy.TargetValue,
  ]);

  expect(policies).toEqual([
    ['ECSServiceAverageCPUUtilization', 60],
    ['ALBRequestCountPerTarget', 12_000],
  ]);
});

test('WAF counts by address, where it is asked for', () => {
  Service.resourceCountIs('AWS::WAFv2::WebACL', 0);
  const waf = stacksOf('with WAF').Service;
  waf.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  expect(only(waf, 'AWS::WAFv2::WebACL').Rules[0]).toMatchObject({
    Action: { Block: {} },
    Statement: { RateBasedStatement: { Limit: 2_000, AggregateKeyType: 'IP' } },
  });
});
