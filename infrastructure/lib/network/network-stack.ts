import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { addEndpoints } from './endpoints.ts';
import { createSecurityGroups, type SecurityGroups } from './security-groups.ts';

interface NetworkStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
}

const MOST_ZONES = 3;

/** A VPC whose tasks reach the AWS services they need and nothing else: no NAT, no way out. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;
  readonly securityGroups: SecurityGroups;
  private readonly zones: number;

  constructor(scope: Construct, id: string, { settings, storage, ...props }: NetworkStackProps) {
    super(scope, id, props);
    this.zones = settings.availabilityZones;
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(settings.vpcCidr),
      maxAzs: this.zones,
      // Room for what may be asked for later: a range that is in use cannot move.
      reservedAzs: MOST_ZONES - this.zones,
      natGateways: 0,
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
          destination: FlowLogDestination.toCloudWatchLogs(storage.logGroups.flow),
          trafficType: FlowLogTrafficType.ALL,
        },
      },
    });
    this.securityGroups = createSecurityGroups(this, this.vpc, settings);
    addEndpoints(this, this.vpc, this.securityGroups.endpoints, storage, settings);
  }

  /** The region's first zones, found by CloudFormation: a look-up would need an account. */
  override get availabilityZones(): string[] {
    return Array.from({ length: this.zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
