import { Duration } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCertificate,
  SslPolicy,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';
import { CONTAINER_PORT, STARTED_PATH } from './environment.ts';
import { TIMEOUTS } from './timeouts.ts';

/** Where the load balancer stands and whom it lets in. */
export interface LoadBalancerOptions {
  vpc: IVpc;
  securityGroup: ISecurityGroup;
  accessLogs: IBucket;
  exposure: Settings['exposure'];
}

/** The load balancer: speaks TLS only, redirects HTTP, logs what it served, cannot be deleted. */
export function createLoadBalancer(
  scope: Construct,
  { vpc, securityGroup, accessLogs, exposure }: LoadBalancerOptions,
): ApplicationLoadBalancer {
  const internetFacing = exposure === 'public';
  const loadBalancer = new ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    vpcSubnets: { subnetType: internetFacing ? SubnetType.PUBLIC : SubnetType.PRIVATE_ISOLATED },
    internetFacing,
    securityGroup,
    deletionProtection: true,
    dropInvalidHeaderFields: true,
    idleTimeout: TIMEOUTS.loadBalancerIdle,
  });
  // CDK's own way to say this wants to know the region.
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', accessLogs.bucketName);
  loadBalancer.addListener('Http', {
    port: 80,
    open: false,
    defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
  });
  return loadBalancer;
}

/** The tasks behind the HTTPS listener, each request to the one with the fewest under way. */
export function addTargets(
  loadBalancer: ApplicationLoadBalancer,
  vpc: IVpc,
  certificateArn: string,
): { targets: ApplicationTargetGroup; listener: ApplicationListener } {
  const targets = new ApplicationTargetGroup(loadBalancer.stack, 'Targets', {
    vpc,
    targetType: TargetType.IP,
    port: CONTAINER_PORT,
    protocol: ApplicationProtocol.HTTP,
    loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    deregistrationDelay: TIMEOUTS.deregistration,
    healthCheck: {
      path: STARTED_PATH,
      interval: Duration.seconds(10),
      timeout: Duration.seconds(3),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
      healthyHttpCodes: '200',
    },
  });
  const listener = loadBalancer.addListener('Https', {
    port: 443,
    open: false,
    certificates: [ListenerCertificate.fromArn(certificateArn)],
    sslPolicy: SslPolicy.RECOMMENDED_TLS,
    defaultAction: ListenerAction.forward([targets]),
  });
  return { targets, listener };
}
