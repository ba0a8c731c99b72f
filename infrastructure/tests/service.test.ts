import { expect, test } from 'vitest';
import { DRAIN_GRACE_MS } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { KEEP_ALIVE_TIMEOUT_MS } from '../../src/http/server.ts';
import { environment } from '../lib/service/environment.ts';
import { only, stacksOf } from './support/stacks.ts';
import { container, KEYS, OPTIONS } from './support/task.ts';

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const { Service } = stacksOf('default');

/** Attributes that are a list of keys and values. */
function attributes(entries: { Key: string; Value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ Key, Value }) => [Key, Value]));
}
const balancer = () => attributes(only(Service, BALANCER).LoadBalancerAttributes);
const targets = () =>
  attributes(only(Service, 'AWS::ElasticLoadBalancingV2::TargetGroup').TargetGroupAttributes);

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

test('targets are probed at /health/started and get the requests that others are too busy for', () => {
  expect(only(Service, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
    HealthCheckPath: '/health/started',
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
