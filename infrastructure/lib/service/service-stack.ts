import { CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerInsights,
  FargatePlatformVersion,
  FargateService,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import type {
  ApplicationLoadBalancer,
  ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { NetworkStack } from '../network/network-stack.ts';
import type { Settings } from '../settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { limitRate } from './firewall.ts';
import { addTargets, createLoadBalancer } from './load-balancer.ts';
import { scale } from './scaling.ts';
import { createTaskDefinition } from './task-definition.ts';

interface ServiceStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
  network: NetworkStack;
}

/** The service: tasks on Fargate behind the load balancer. It keeps nothing and can be replaced. */
export class ServiceStack extends Stack {
  readonly cluster: Cluster;
  readonly service: FargateService;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targets: ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { settings, storage, network } = props;
    const { vpc } = network;
    const domainName = new CfnParameter(this, 'DomainName', {
      description: 'Name by which clients call the service, as in the certificate',
      allowedPattern: '^[a-z0-9-]+([.][a-z0-9-]+)+$',
      constraintDescription: 'must be a host name such as dynamodb.example.com',
    }).valueAsString;
    // Immutable: the network stack has said who may talk to whom.
    const securityGroup = (name: 'loadBalancer' | 'tasks') =>
      SecurityGroup.fromSecurityGroupId(
        this,
        `${name}Group`,
        network.securityGroups[name].securityGroupId,
        { mutable: false },
      );
    this.loadBalancer = createLoadBalancer(this, {
      vpc,
      securityGroup: securityGroup('loadBalancer'),
      accessLogs: storage.accessLogs,
      exposure: settings.exposure,
    });
    this.targets = addTargets(this.loadBalancer, vpc);
    if (settings.wafRateLimit) limitRate(this.loadBalancer, settings.wafRateLimit);
    this.cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    // Without a desired count: an update would else undo what the scaling has set.
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: createTaskDefinition(this, storage, settings, domainName),
      platformVersion: FargatePlatformVersion.VERSION1_4,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup('tasks')],
      assignPublicIp: false,
      enableExecuteCommand: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      healthCheckGracePeriod: Duration.seconds(60),
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    this.service.attachToApplicationTargetGroup(this.targets);
    scale(this.service, this.targets, settings);
    new CfnOutput(this, 'LoadBalancerDnsName', { value: this.loadBalancer.loadBalancerDnsName });
    new CfnOutput(this, 'ClusterName', { value: this.cluster.clusterName });
    new CfnOutput(this, 'ServiceName', { value: this.service.serviceName });
  }
}
