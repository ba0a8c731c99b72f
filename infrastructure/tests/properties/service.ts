import assert from 'node:assert/strict';
import { namesOf } from '../../lib/names.ts';
import { container } from './containers.ts';
import { inWords, type Property, valuesAt } from './deployment.ts';
import { privateSubnet } from './network.ts';
import { absent, asSet, between, count, is, like, require } from './requirements.ts';

const TASK = 'AWS::ECS::TaskDefinition';

const isService = (id: string) => id === 'Task';

/** What holds for the tasks, and that all that serves is there. */
export const SERVICE: Record<string, Property> = {
  'everything that serves is there': (deployment) => {
    const { exposure, privateLinkAccounts, wafRateLimit } = deployment.settings;
    const link = Number(privateLinkAccounts.length > 0);
    const waf = Number(wafRateLimit !== undefined);
    count(deployment, {
      'AWS::ElasticLoadBalancingV2::LoadBalancer': 1 + link,
      'AWS::ElasticLoadBalancingV2::TargetGroup': 1 + link,
      'AWS::ElasticLoadBalancingV2::Listener': 2 + link,
      [TASK]: exposure === 'internal' ? 2 : 1,
      'AWS::ECS::Cluster': 1,
      'AWS::ECS::Service': 1,
      'AWS::ApplicationAutoScaling::ScalableTarget': 1,
      'AWS::ApplicationAutoScaling::ScalingPolicy': 2,
      'AWS::EC2::VPCEndpointService': link,
      'AWS::EC2::VPCEndpointServicePermissions': link,
      'AWS::WAFv2::WebACL': waf,
      'AWS::WAFv2::WebACLAssociation': waf,
      'AWS::WAFv2::LoggingConfiguration': waf,
    });
  },

  'a deployment never takes capacity away, and one that fails is rolled back': (deployment) => {
    require(deployment, 'AWS::ECS::Service', [
      ['DeploymentConfiguration.DeploymentCircuitBreaker.Enable', is(true)],
      ['DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', is(true)],
      ['DeploymentConfiguration.MinimumHealthyPercent', is(100)],
      ['DeploymentConfiguration.MaximumPercent', is(200)],
      // The scaling says how many; an update that says it too would undo that.
      ['DesiredCount', absent],
      ['AvailabilityZoneRebalancing', is('ENABLED')],
      ['EnableECSManagedTags', is(true)],
      ['PropagateTags', is('SERVICE')],
      ['LoadBalancers[].TargetGroupArn', is('<Targets>')],
      ['LoadBalancers[].ContainerName', is('service')],
      ['LoadBalancers[].ContainerPort', is(8_002)],
      ['TaskDefinition', is('<Task>')],
      ['PlatformVersion', is('1.4.0')],
      ['LaunchType', is('FARGATE')],
    ]);
  },

  'tasks stand in private subnets, and nobody gets inside': (deployment) => {
    const vpc = 'NetworkConfiguration.AwsvpcConfiguration';
    require(deployment, 'AWS::ECS::Service', [
      [`${vpc}.AssignPublicIp`, is('DISABLED')],
      [`${vpc}.SecurityGroups`, is('<TaskGroup>')],
      [`${vpc}.Subnets[]`, privateSubnet],
      ['EnableExecuteCommand', is(false)],
    ]);
    require(deployment, TASK, [
      ['NetworkMode', is('awsvpc')],
      ['RequiresCompatibilities', is('FARGATE')],
    ]);
  },

  'containers can change nothing, and lose no line': (deployment) => {
    require(deployment, TASK, [
      ['ContainerDefinitions[].User', is('1000')],
      ['ContainerDefinitions[].ReadonlyRootFilesystem', is(true)],
      ['ContainerDefinitions[].Privileged', absent],
      ['ContainerDefinitions[].LinuxParameters.Capabilities.Drop', is('ALL')],
      ['ContainerDefinitions[].LinuxParameters.Capabilities.Add', absent],
      ['ContainerDefinitions[].LogConfiguration.LogDriver', is('awslogs')],
      ['ContainerDefinitions[].LogConfiguration.Options.awslogs-group', is('<ServiceLog>')],
    ]);
    for (const name of ['service', 'check']) {
      if (name === 'check' && deployment.settings.exposure === 'public') continue;
      const definition = container(deployment, name);
      assert.equal(definition.Essential, true, name);
      assert.equal(valuesAt(definition, 'LogConfiguration.Options.mode')[0], 'blocking', name);
      assert.equal(valuesAt(definition, 'LinuxParameters.InitProcessEnabled')[0], true, name);
    }
  },

  'a task is as large and of the kind that was asked for, and knows its secrets as secrets': (
    deployment,
  ) => {
    const { architecture, cpu, accessPolicy } = deployment.settings;
    require(deployment, TASK, [
      ['Cpu', is(cpu)],
      ['Memory', is(cpu * 2)],
      ['ExecutionRoleArn', is('<ExecutionRole>')],
      ['TaskRoleArn', is('<TaskRole>')],
    ], ({ id }) => isService(id));
    require(deployment, TASK, [
      ['RuntimePlatform.CpuArchitecture', is(architecture === 'arm64' ? 'ARM64' : 'X86_64')],
      ['RuntimePlatform.OperatingSystemFamily', is('LINUX')],
      ['Cpu', between(256, 4_096)],
      ['Memory', between(512, 8_192)],
    ]);
    const secrets = valuesAt(container(deployment, 'service'), 'Secrets[]').map((secret) =>
      inWords(['Name', 'ValueFrom'].map((name) => valuesAt(secret, name)[0])),
    );
    assert.deepEqual(secrets, [
      'API_KEYS <ApiKeys>',
      ...(accessPolicy ? ['ACCESS_POLICY <AccessPolicy>', 'ACCESS_SECRET <AccessSecret>'] : []),
    ]);
    const ports = valuesAt(container(deployment, 'service'), 'PortMappings[].ContainerPort');
    assert.deepEqual(ports, [8_002]);
  },

  'tasks are scaled by CPU and by requests, as far as was asked for': (deployment) => {
    require(deployment, 'AWS::ApplicationAutoScaling::ScalableTarget', [
      ['MinCapacity', asSet(({ minTasks }) => is(minTasks))],
      ['MaxCapacity', asSet(({ maxTasks }) => is(maxTasks))],
    ]);
    const policy = 'TargetTrackingScalingPolicyConfiguration';
    const targets = deployment
      .of('AWS::ApplicationAutoScaling::ScalingPolicy')
      .map(({ properties }) => [
        valuesAt(properties, `${policy}.PredefinedMetricSpecification.PredefinedMetricType`)[0],
        Number(valuesAt(properties, `${policy}.TargetValue`)[0]),
      ]);
    assert.deepEqual(
      targets.map(([metric]) => metric),
      ['ECSServiceAverageCPUUtilization', 'ALBRequestCountPerTarget'],
    );
    const [[, percent] = [], [, requests] = []] = targets;
    assert.ok(Number(percent) >= 50 && Number(percent) <= 75, `CPU ${percent}`);
    const perVcpu = (Number(requests) / deployment.settings.cpu) * (1_024 / 60);
    assert.ok(perVcpu >= 300 && perVcpu <= 600, `${perVcpu} requests a second and vCPU`);
    require(deployment, 'AWS::ApplicationAutoScaling::ScalingPolicy', [
      [`${policy}.ScaleOutCooldown`, between(30, 120)],
      [`${policy}.ScaleInCooldown`, between(180, 600)],
      [`${policy}.DisableScaleIn`, like(/^(undefined|false)$/)],
    ]);
  },

  'a collector has a part of the task, and the service goes on without it': (deployment) => {
    if (!deployment.settings.collector) return;
    const [service, collector] = ['service', 'collector'].map((name) =>
      container(deployment, name),
    );
    assert.ok(service && collector);
    const { cpu } = deployment.settings;
    const size = (name: string) => [service, collector].map((of) => Number(of[name]));
    const [cpuOfService = 0, cpuOfCollector = 0] = size('Cpu');
    const [memoryOfService = 0, memoryOfCollector = 0] = size('Memory');
    assert.deepEqual(
      [cpuOfService + cpuOfCollector, memoryOfService + memoryOfCollector],
      [cpu, cpu * 2],
    );
    assert.ok(cpuOfService > cpu / 2 && memoryOfService >= cpu);
    assert.equal(collector.Essential, false);
    assert.equal(inWords(valuesAt(collector, 'HealthCheck.Command')[0]), 'CMD /healthcheck');
    for (const [name, least, most] of [
      ['Interval', 5, 30],
      ['Timeout', 2, 5],
      ['Retries', 2, 5],
    ] as const) {
      const value = Number(valuesAt(collector, `HealthCheck.${name}`)[0]);
      assert.ok(value >= least && value <= most, `${name} is ${value}`);
    }
  },

  'the check of a release calls the service by its name, through the load balancer': (
    deployment,
  ) => {
    if (deployment.settings.exposure === 'public') return;
    const check = container(deployment, 'check');
    assert.equal(
      inWords(check.Command),
      'node cli.js check https://<DomainName> --connect-to <LoadBalancer>',
    );
    assert.equal(inWords(valuesAt(check, 'Secrets[].ValueFrom')), '<ReleaseKey>');
    require(deployment, TASK, [
      ['ExecutionRoleArn', is('<CheckExecutionRole>')],
      ['TaskRoleArn', is('<CheckTaskRole>')],
      ['Cpu', is(256)],
      ['Memory', is(512)],
    ], ({ id }) => id === 'Check');
  },

  'tasks are counted by Container Insights': (deployment) => {
    require(deployment, 'AWS::ECS::Cluster', [
      ['ClusterSettings[].Name', is('containerInsights')],
      ['ClusterSettings[].Value', is('enabled')],
    ]);
  },

  'names of one stage are not those of another': (deployment) => {
    const { prefix } = namesOf(deployment.settings);
    const named = deployment.resources.flatMap(({ properties }) =>
      ['AlarmName', 'DashboardName', 'TrailName', 'PolicyName'].flatMap(
        (name) => properties[name] ?? [],
      ),
    );
    const foreign = named
      .map(String)
      .filter((name) => name.startsWith('dynamodb-mcp') && !name.startsWith(prefix));
    assert.deepEqual(foreign, []);
  },
};
