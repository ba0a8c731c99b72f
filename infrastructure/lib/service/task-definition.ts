import { Duration, Stack } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  Secret as TaskSecret,
} from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Settings } from '../settings/settings.ts';
import { imageRepositories, type StorageStack } from '../storage/storage-stack.ts';
import { addCollector, shareOfService } from './collector.ts';
import { OTLP_ENDPOINT } from './collector-config.ts';
import { CONTAINER_PORT, environment, STARTED_PATH } from './environment.ts';
import { createExecutionRole, createTaskRole } from './roles.ts';
import { TIMEOUTS } from './timeouts.ts';

/** The image's own check; ECS ignores what the image says, so it must stand here again. */
const HEALTH_CHECK = {
  command: [
    'CMD',
    'node',
    '-e',
    `require('http').get('http://127.0.0.1:${CONTAINER_PORT}${STARTED_PATH}',r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))`,
  ],
  interval: Duration.seconds(10),
  timeout: Duration.seconds(3),
  startPeriod: Duration.seconds(60),
  retries: 3,
};

/** A container of the service that can change nothing: no root, no capability, no writable file system. */
export function createTaskDefinition(
  scope: Construct,
  storage: StorageStack,
  settings: Settings,
  { imageTag, domainName }: { imageTag: string; domainName: string },
): FargateTaskDefinition {
  const { logGroups, operationsKey, secrets } = storage;
  const executionRole = createExecutionRole(scope, 'ExecutionRole', {
    repositories: imageRepositories(storage),
    secrets: [...secrets.values()],
    logGroup: logGroups.service,
    operationsKey,
  });
  const taskDefinition = new FargateTaskDefinition(scope, 'Task', {
    cpu: settings.cpu,
    memoryLimitMiB: settings.cpu * 2,
    runtimePlatform: {
      operatingSystemFamily: OperatingSystemFamily.LINUX,
      cpuArchitecture: processor(settings),
    },
    taskRole: createTaskRole(scope, storage, settings),
    // As it is: CDK would add to it what is there already, and more.
    executionRole: executionRole.withoutPolicyUpdates(),
  });
  // A task that starts before its role has its policy would fail.
  taskDefinition.node.addDependency(executionRole);
  const linuxParameters = new LinuxParameters(scope, 'Linux', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(Capability.ALL);
  const service = taskDefinition.addContainer('Service', {
    ...shareOfService(settings),
    containerName: 'service',
    image: ContainerImage.fromEcrRepository(storage.repository, imageTag),
    user: '1000',
    readonlyRootFilesystem: true,
    linuxParameters,
    stopTimeout: TIMEOUTS.stop,
    healthCheck: HEALTH_CHECK,
    portMappings: [{ containerPort: CONTAINER_PORT }],
    environment: environment({
      region: Stack.of(scope).region,
      tableName: storage.table.tableName,
      furtherTables: settings.furtherTables,
      embeddingModel: settings.embeddingModel,
      otlpEndpoint: settings.collector ? OTLP_ENDPOINT : undefined,
      readOnly: settings.readOnly,
      domainName,
      vpcCidr: settings.vpcCidr,
    }),
    secrets: taskSecrets(scope, storage),
    logging: LogDrivers.awsLogs({
      logGroup: logGroups.service,
      streamPrefix: 'service',
      // A line waits rather than being dropped.
      mode: AwsLogDriverMode.BLOCKING,
    }),
  });
  addCollector(taskDefinition, service, storage);
  acknowledge(taskDefinition, {
    'AwsSolutions-ECS2': 'The variables are settings; what is secret comes from Secrets Manager.',
  });
  return taskDefinition;
}

/** By their ARNs: CDK would else write the role into the key's policy, and tie the stacks in a knot. */
function taskSecrets(scope: Construct, { secrets }: StorageStack): Record<string, TaskSecret> {
  const entries = [...secrets].map(([variable, { node, secretArn }]): [string, TaskSecret] => {
    const secret = Secret.fromSecretCompleteArn(scope, node.id, secretArn);
    return [variable, TaskSecret.fromSecretsManager(secret)];
  });
  return Object.fromEntries(entries);
}

/** The processor of all tasks. */
export function processor({ architecture }: Pick<Settings, 'architecture'>): CpuArchitecture {
  return architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64;
}
