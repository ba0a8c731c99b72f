import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type ISecurityGroup, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
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
import type { SecurityGroups } from '../network/security-groups.ts';
import type { Settings } from '../settings/settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { defineCheckTask } from './check-task.ts';
import { addFirewall } from './firewall.ts';
import { addTargets, createLoadBalancer } from './load-balancer.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { offerPrivateLink } from './private-link.ts';
import { scale } from './scaling.ts';
import { createTaskDefinition, processor } from './task-definition.ts';

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
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { settings, storage, network } = props;
    const { vpc } = network;
    const parameters = createParameters(this);
    const groups = this.securityGroups(network.securityGroups);
    this.certificateArn = parameters.certificateArn;
    this.loadBalancer = createLoadBalancer(this, {
      vpc,
      securityGroup: groups.loadBalancer,
      accessLogs: storage.accessLogs,
      exposure: settings.exposure,
    });
    const { targets, listener } = addTargets(this.loadBalancer, vpc, this.certificateArn);
    this.targets = targets;
    addFirewall(this.loadBalancer, settings, storage.logGroups.firewall);
    if (groups.privateLink) {
      const accounts = settings.privateLinkAccounts;
      offerPrivateLink({ vpc, securityGroup: groups.privateLink, listener, accounts });
    }
    this.cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.service = this.createService(props, parameters, groups.tasks);
    this.service.attachToApplicationTargetGroup(this.targets);
    scale(this.service, this.targets, settings);
    defineCheckTask(this, {
      ...parameters,
      vpc,
      storage,
      securityGroup: groups.check,
      loadBalancerName: this.loadBalancer.loadBalancerDnsName,
      architecture: processor(settings),
    });
    new CfnOutput(this, 'LoadBalancerDnsName', { value: this.loadBalancer.loadBalancerDnsName });
    new CfnOutput(this, 'ClusterName', { value: this.cluster.clusterName });
    new CfnOutput(this, 'ServiceName', { value: this.service.serviceName });
    new CfnOutput(this, 'ServiceUrl', { value: `https://${parameters.domainName}` });
  }

  /** Without a desired count: an update would else undo what the scaling has set. */
  private createService(
    { settings, storage }: ServiceStackProps,
    parameters: Parameters,
    securityGroup: ISecurityGroup,
  ): FargateService {
    return new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: createTaskDefinition(this, storage, settings, parameters),
      platformVersion: FargatePlatformVersion.VERSION1_4,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
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
  }

  /** Immutable: the network stack has said who may talk to whom. */
  private securityGroups({ loadBalancer, tasks, check, privateLink }: SecurityGroups) {
    const known = (name: string, { securityGroupId }: ISecurityGroup) =>
      SecurityGroup.fromSecurityGroupId(this, `${name}Group`, securityGroupId, { mutable: false });
    return {
      loadBalancer: known('loadBalancer', loadBalancer),
      tasks: known('tasks', tasks),
      check: check && known('check', check),
      privateLink: privateLink && known('privateLink', privateLink),
    };
  }
}
