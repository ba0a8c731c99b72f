import { CfnOutput, Fn, type Stack } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AwsLogDriverMode,
  Capability,
  ContainerImage,
  type CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  Secret as TaskSecret,
} from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StorageStack } from '../storage/storage-stack.ts';
import { createExecutionRole, createRole } from './roles.ts';

/** What the check of a release calls, and from where. */
export interface CheckOptions {
  vpc: IVpc;
  /** Reaches the load balancer; absent where the check runs outside of the VPC. */
  securityGroup: ISecurityGroup | undefined;
  storage: StorageStack;
  imageTag: string;
  domainName: string;
  loadBalancerName: string;
  architecture: CpuArchitecture;
}

/**
 * A task that calls an internal service as a client in the VPC does, through the load balancer and
 * with a key, for releases that run outside of it. Its exit code says whether the table was read.
 */
export function defineCheckTask(stack: Stack, options: CheckOptions): void {
  const { vpc, securityGroup, storage, imageTag, domainName } = options;
  if (!securityGroup) return;
  const { releaseKey, logGroups, operationsKey, repository } = storage;
  const executionRole = createExecutionRole(stack, 'CheckExecutionRole', {
    repositories: [repository],
    secrets: [releaseKey],
    logGroup: logGroups.service,
    operationsKey,
  });
  const task = new FargateTaskDefinition(stack, 'Check', {
    cpu: 256,
    memoryLimitMiB: 512,
    runtimePlatform: {
      operatingSystemFamily: OperatingSystemFamily.LINUX,
      cpuArchitecture: options.architecture,
    },
    // It may do nothing at AWS: it calls the service.
    taskRole: createRole(stack, 'CheckTaskRole'),
    executionRole: executionRole.withoutPolicyUpdates(),
  });
  task.node.addDependency(executionRole);
  const linuxParameters = new LinuxParameters(stack, 'CheckLinux', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(Capability.ALL);
  const key = Secret.fromSecretCompleteArn(stack, 'ReleaseKey', releaseKey.secretArn);
  task.addContainer('Check', {
    containerName: 'check',
    image: ContainerImage.fromEcrRepository(repository, imageTag),
    command: [
      ...['node', 'cli.js', 'check', `https://${domainName}`],
      ...['--connect-to', options.loadBalancerName],
    ],
    user: '1000',
    readonlyRootFilesystem: true,
    linuxParameters,
    secrets: { SERVICE_KEY: TaskSecret.fromSecretsManager(key) },
    logging: LogDrivers.awsLogs({
      logGroup: logGroups.service,
      streamPrefix: 'check',
      mode: AwsLogDriverMode.BLOCKING,
    }),
  });
  const subnets = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds;
  new CfnOutput(stack, 'CheckTaskDefinition', { value: task.taskDefinitionArn });
  new CfnOutput(stack, 'CheckSecurityGroup', { value: securityGroup.securityGroupId });
  new CfnOutput(stack, 'CheckSubnets', { value: Fn.join(',', subnets) });
}
