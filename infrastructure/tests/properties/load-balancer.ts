import assert from 'node:assert/strict';
import { DRAIN_GRACE_MS } from '../../../src/app.ts';
import { ENVIRONMENT } from '../../../src/config.ts';
import { KEEP_ALIVE_TIMEOUT_MS } from '../../../src/http/server.ts';
import { container } from './containers.ts';
import { attributes, inWords, type Property, valuesAt } from './deployment.ts';
import { privateSubnet } from './network.ts';
import { asSet, between, is, like, require } from './requirements.ts';

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const TARGETS = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

const REQUEST_DEADLINE_MS = ENVIRONMENT.shape.REQUEST_DEADLINE_MS.parse(undefined);

const isApplication = (id: string) => id === 'LoadBalancer';

/** What holds for what stands in front of the service. */
export const LOAD_BALANCER: Record<string, Property> = {
  'the load balancer stands where it was asked for, protected, strict and logged': (deployment) => {
    require(deployment, BALANCER, [['@deletion_protection.enabled', is('true')]]);
    require(deployment, BALANCER, [
      [
        'Scheme',
        asSet(({ exposure }) => is(exposure === 'public' ? 'internet-facing' : 'internal')),
      ],
      ['SecurityGroups', is('<LoadBalancerGroup>')],
      ['@routing.http.drop_invalid_header_fields.enabled', is('true')],
      ['@access_logs.s3.enabled', is('true')],
      ['@access_logs.s3.bucket', is('<AccessLogs>')],
    ], ({ id }) => isApplication(id));
    const { exposure, publicSubnetIds } = deployment.settings;
    require(deployment, BALANCER, [
      [
        'Subnets[]',
        (subnet) =>
          exposure === 'internal' ||
          publicSubnetIds.includes(inWords(subnet)) ||
          /^<VpcPublicSubnet\dSubnet>$/.test(inWords(subnet))
            ? undefined
            : 'must be a public subnet',
      ],
    ], ({ id }) => isApplication(id));
    if (exposure === 'internal') require(deployment, BALANCER, [['Subnets[]', privateSubnet]]);
  },

  'nothing is served without TLS 1.2 or 1.3': (deployment) => {
    const listeners = deployment
      .of(LISTENER)
      .filter(({ properties }) => properties.Protocol !== 'TCP')
      .map(({ properties }) => [
        properties.Port,
        properties.Protocol,
        properties.SslPolicy,
        inWords(valuesAt(properties, 'Certificates[].CertificateArn')[0]),
        valuesAt(properties, 'DefaultActions[].Type')[0],
        valuesAt(properties, 'DefaultActions[].RedirectConfig.Protocol')[0],
        valuesAt(properties, 'DefaultActions[].RedirectConfig.Port')[0],
      ]);

    assert.deepEqual(listeners, [
      [80, 'HTTP', undefined, 'undefined', 'redirect', 'HTTPS', '443'],
      [
        ...[443, 'HTTPS', 'ELBSecurityPolicy-TLS13-1-2-2021-06', '<CertificateArn>', 'forward'],
        ...[undefined, undefined],
      ],
    ]);
    require(deployment, LISTENER, [
      ['DefaultActions[].RedirectConfig.StatusCode', like(/^(HTTP_301|undefined)$/)],
    ]);
  },

  'a task is served to only once it has started, and soon taken out when it hangs': (
    deployment,
  ) => {
    require(deployment, TARGETS, [
      ['HealthCheckPath', is('/health/started')],
      ['Matcher.HttpCode', is('200')],
      ['HealthCheckIntervalSeconds', between(5, 15)],
      ['HealthCheckTimeoutSeconds', between(2, 5)],
      ['HealthyThresholdCount', between(2, 3)],
      ['UnhealthyThresholdCount', between(2, 5)],
      ['HealthCheckEnabled', like(/^(undefined|true)$/)],
      ['Port', is(8_002)],
      ['Protocol', is('HTTP')],
      ['TargetType', is('ip')],
      ['@load_balancing.algorithm.type', is('least_outstanding_requests')],
      ['@stickiness.enabled', is('false')],
    ], ({ id }) => id === 'Targets');
    const check = container(deployment, 'service').HealthCheck;
    assert.match(
      inWords(valuesAt(check, 'Command')[0]),
      /\/health\/started',.*exit\(r\.statusCode===200\?0:1\).*'error',\(\)=>process\.exit\(1\)/,
    );
    const inRange = (name: string, least: number, most: number) => {
      const [value] = valuesAt(check, name);
      assert.ok(Number(value) >= least && Number(value) <= most, `${name} is ${value}`);
    };
    inRange('Interval', 5, 15);
    inRange('Timeout', 2, 5);
    inRange('Retries', 2, 5);
    // DynamoDB may fail for a while as a task starts; a role that is wrong must not take forever.
    inRange('StartPeriod', 30, 120);
    require(deployment, 'AWS::ECS::Service', [['HealthCheckGracePeriodSeconds', between(30, 120)]]);
  },

  'timeouts fit together and to those of the server': (deployment) => {
    const [balancer] = deployment.of(BALANCER).filter(({ id }) => isApplication(id));
    const [targets] = deployment.of(TARGETS).filter(({ id }) => id === 'Targets');
    assert.ok(balancer && targets);
    const idle = Number(attributes(balancer)['idle_timeout.timeout_seconds']);
    const deregistration = Number(attributes(targets)['deregistration_delay.timeout_seconds']);
    const drain = Number(
      valuesAt(container(deployment, 'service'), 'Environment[]')
        .filter((variable) => valuesAt(variable, 'Name')[0] === 'DRAIN_DELAY_MS')
        .map((variable) => valuesAt(variable, 'Value')[0])[0],
    );
    const stop = Number(container(deployment, 'service').StopTimeout);

    assert.ok(idle * 1_000 < KEEP_ALIVE_TIMEOUT_MS && REQUEST_DEADLINE_MS < idle * 1_000);
    assert.ok(drain >= 2_000, `drain ${drain}`);
    assert.ok(drain + REQUEST_DEADLINE_MS + DRAIN_GRACE_MS < deregistration * 1_000);
    assert.ok(deregistration < stop && stop <= 120, `stop ${stop}`);
  },

  'PrivateLink lets in the accounts that were named, by TLS to the load balancer': (deployment) => {
    const isLink = ({ id }: { id: string }) => id.startsWith('PrivateLink');
    require(deployment, BALANCER, [
      ['Scheme', is('internal')],
      ['Type', is('network')],
      ['SecurityGroups', is('<PrivateLinkGroup>')],
      ['@load_balancing.cross_zone.enabled', is('true')],
      ['EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', is('off')],
    ], isLink);
    require(deployment, TARGETS, [
      ['TargetType', is('alb')],
      ['Port', is(443)],
      ['Protocol', is('TCP')],
      ['HealthCheckProtocol', is('HTTPS')],
      ['HealthCheckPath', is('/health/started')],
      ['HealthCheckIntervalSeconds', between(5, 15)],
      ['Targets[].Id', is('<LoadBalancer>')],
      ['Targets[].Port', like(/^(443|undefined)$/)],
    ], isLink);
    require(deployment, LISTENER, [
      ['Port', is(443)],
      ['Protocol', is('TCP')],
      ['DefaultActions[].TargetGroupArn', is('<PrivateLinkTargets>')],
    ], isLink);
    require(deployment, 'AWS::EC2::VPCEndpointService', [
      ['NetworkLoadBalancerArns', is('<PrivateLinkBalancer>')],
      ['AcceptanceRequired', is(false)],
    ]);
    require(deployment, 'AWS::EC2::VPCEndpointServicePermissions', [
      [
        'AllowedPrincipals',
        asSet(({ privateLinkAccounts }) =>
          is(privateLinkAccounts.map((id) => `arn:<AWS::Partition>:iam::${id}:root`).join(' ')),
        ),
      ],
    ]);
  },
};
