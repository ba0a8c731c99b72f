import { CfnOutput, Duration } from 'aws-cdk-lib';
import {
  type ISecurityGroup,
  type IVpc,
  SubnetType,
  VpcEndpointService,
} from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AlbListenerTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../acknowledge.ts';
import { STARTED_PATH } from './environment.ts';

/** Who may come in by PrivateLink, and through what. */
export interface PrivateLinkOptions {
  vpc: IVpc;
  securityGroup: ISecurityGroup;
  listener: ApplicationListener;
  accounts: readonly string[];
}

/**
 * A way to the internal load balancer for VPCs of other accounts, whatever their ranges: an endpoint
 * service, which only a network load balancer can stand behind. TLS ends where it always does.
 */
export function offerPrivateLink(options: PrivateLinkOptions): void {
  const { vpc, securityGroup, listener, accounts } = options;
  const { stack } = listener;
  const loadBalancer = new NetworkLoadBalancer(stack, 'PrivateLinkBalancer', {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    internetFacing: false,
    securityGroups: [securityGroup],
    // Who comes by PrivateLink is known by account, not by address.
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
    crossZoneEnabled: true,
    deletionProtection: true,
  });
  acknowledge(loadBalancer, {
    'AwsSolutions-ELB2':
      'It passes TLS on; what was served is in the logs of the load balancer behind.',
  });
  const targets = new NetworkTargetGroup(stack, 'PrivateLinkTargets', {
    vpc,
    port: 443,
    protocol: Protocol.TCP,
    targetType: TargetType.ALB,
    targets: [new AlbListenerTarget(listener)],
    healthCheck: { protocol: Protocol.HTTPS, path: STARTED_PATH, interval: Duration.seconds(10) },
  });
  loadBalancer.addListener('PrivateLinkTls', {
    port: 443,
    protocol: Protocol.TCP,
    defaultTargetGroups: [targets],
  });
  const service = new VpcEndpointService(stack, 'PrivateLink', {
    vpcEndpointServiceLoadBalancers: [loadBalancer],
    acceptanceRequired: false,
    allowedPrincipals: accounts.map(
      (account) => new ArnPrincipal(`arn:${stack.partition}:iam::${account}:root`),
    ),
  });
  new CfnOutput(stack, 'PrivateLinkServiceName', { value: service.vpcEndpointServiceName });
}
