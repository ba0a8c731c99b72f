import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  ContainerDependencyCondition,
  ContainerImage,
  type FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import type { Settings } from '../settings/settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { collectorConfig } from './collector-config.ts';

const SIZE = { cpu: 64, memoryLimitMiB: 256 };

/** What a collector leaves to the service of a task; without one the service has it all by itself. */
export function shareOfService({ cpu, collector }: Pick<Settings, 'cpu' | 'collector'>) {
  if (!collector) return {};
  return { cpu: cpu - SIZE.cpu, memoryLimitMiB: cpu * 2 - SIZE.memoryLimitMiB };
}

/** The collector in the task of the service, which goes on without it. */
export function addCollector(
  taskDefinition: FargateTaskDefinition,
  service: ContainerDefinition,
  { collector, logGroups }: Pick<StorageStack, 'collector' | 'logGroups'>,
): void {
  if (!collector) return;
  const stack = Stack.of(taskDefinition);
  const linuxParameters = new LinuxParameters(stack, 'CollectorLinux');
  linuxParameters.dropCapabilities(Capability.ALL);
  const config = collectorConfig({
    region: stack.region,
    logGroup: collector.metrics.logGroupName,
  });
  const container = taskDefinition.addContainer('Collector', {
    ...SIZE,
    containerName: 'collector',
    image: ContainerImage.fromEcrRepository(collector.repository, collectorTag(stack)),
    command: ['--config=env:AOT_CONFIG_CONTENT'],
    environment: { AOT_CONFIG_CONTENT: stack.toJsonString(config) },
    essential: false,
    user: '1000',
    readonlyRootFilesystem: true,
    linuxParameters,
    healthCheck: {
      command: ['CMD', '/healthcheck'],
      interval: Duration.seconds(10),
      timeout: Duration.seconds(3),
    },
    logging: LogDrivers.awsLogs({
      logGroup: logGroups.service,
      streamPrefix: 'collector',
      mode: AwsLogDriverMode.NON_BLOCKING,
    }),
  });
  // What depends on another container is stopped first: the last spans still find the collector.
  service.addContainerDependencies({ container, condition: ContainerDependencyCondition.START });
}

function collectorTag(stack: Stack): string {
  return new CfnParameter(stack, 'CollectorTag', {
    description: 'Tag of the image of the collector in its repository',
    allowedPattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
    constraintDescription: 'must be the tag of an image',
  }).valueAsString;
}
