import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { addEndpoints } from './endpoints.ts';
import { createSecurityGroups, type SecurityGroups } from './security-groups.ts';
import { createVpc, existingVpc, zones } from './vpc.ts';

interface NetworkStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
}

/** A VPC whose tasks reach the AWS services they need and nothing else: no NAT, no way out. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  readonly securityGroups: SecurityGroups;
  private readonly zoneCount: number;

  constructor(scope: Construct, id: string, { settings, storage, ...props }: NetworkStackProps) {
    super(scope, id, props);
    this.zoneCount = settings.availabilityZones;
    this.vpc =
      settings.vpcId === undefined
        ? createVpc(this, settings, storage.logGroups.flow)
        : existingVpc(this, settings.vpcId, settings);
    this.securityGroups = createSecurityGroups(this, this.vpc, settings);
    if (makesEndpoints(settings)) {
      addEndpoints(this, this.vpc, this.securityGroups.endpoints, storage, settings);
    }
    if (this.vpc instanceof Vpc) {
      new CfnOutput(this, 'DefaultSecurityGroupId', { value: this.vpc.vpcDefaultSecurityGroup });
    }
  }

  override get availabilityZones(): string[] {
    return zones(this.zoneCount);
  }
}

/** An existing VPC may have all endpoints already; two of a kind would be refused. */
function makesEndpoints({ vpcId, routeTableIds }: Settings): boolean {
  return vpcId === undefined || routeTableIds.length > 0;
}
