import { Annotations, Fn, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';

const MOST_ZONES = 3;

/** The region's zones in order, found by CloudFormation: a look-up would need an account. */
export function zones(count: number): string[] {
  return Array.from({ length: count }, (_, index) => Fn.select(index, Fn.getAzs()));
}

/** A VPC with no NAT and no way out; public subnets only where the load balancer is public. */
export function createVpc(scope: Construct, settings: Settings, flowLog: ILogGroup): IVpc {
  return new Vpc(scope, 'Vpc', {
    ipAddresses: IpAddresses.cidr(settings.vpcCidr),
    maxAzs: settings.availabilityZones,
    // Room for what may be asked for later: a range that is in use cannot move.
    reservedAzs: MOST_ZONES - settings.availabilityZones,
    natGateways: 0,
    // CDK closes the default group by a Lambda; the runbook does it by hand, and nothing is in it.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
      {
        name: 'Public',
        subnetType: SubnetType.PUBLIC,
        mapPublicIpOnLaunch: false,
        reserved: settings.exposure !== 'public',
      },
    ],
    flowLogs: {
      All: {
        destination: FlowLogDestination.toCloudWatchLogs(flowLog, createFlowLogRole(scope)),
        trafficType: FlowLogTrafficType.ALL,
      },
    },
  });
}

/** A role that only flow logs of this account take on; CDK adds what it may write. */
function createFlowLogRole(scope: Construct): Role {
  const stack = Stack.of(scope);
  return new Role(scope, 'FlowLogRole', {
    assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'ec2',
            resource: 'vpc-flow-log',
            resourceName: '*',
          }),
        },
      },
    }),
  });
}

/** A VPC that is there already, by the ids that its owner gave; its flow logs are its owner's too. */
export function existingVpc(scope: Construct, vpcId: string, settings: Settings): IVpc {
  const { subnetIds, publicSubnetIds, routeTableIds, vpcCidr } = settings;
  const tables = subnetIds.flatMap((_, index) => routeTableIds[index] ?? routeTableIds[0] ?? []);
  Annotations.of(scope).acknowledgeWarning(
    '@aws-cdk/aws-ec2:noSubnetRouteTableId',
    'Only gateway endpoints need route tables, and only those of private subnets.',
  );
  return Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId,
    vpcCidrBlock: vpcCidr,
    availabilityZones: zones(subnetIds.length),
    isolatedSubnetIds: subnetIds,
    ...(tables.length > 0 && { isolatedSubnetRouteTableIds: tables }),
    ...(publicSubnetIds.length > 0 && { publicSubnetIds }),
  });
}
