import { CfnParameter } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { CONTAINER_PORT } from '../service/environment.ts';
import type { Settings } from '../settings/settings.ts';

const EVERYBODY = '0.0.0.0/0';
const HTTPS = Port.tcp(443);

/** Who may talk to whom: clients → load balancer → tasks → endpoints, and nothing else. */
export interface SecurityGroups {
  loadBalancer: SecurityGroup;
  tasks: SecurityGroup;
  endpoints: SecurityGroup;
  /** The task with which a release calls an internal load balancer. */
  check: SecurityGroup | undefined;
  /** The way in by PrivateLink, where there is one. */
  privateLink: SecurityGroup | undefined;
}

export function createSecurityGroups(
  scope: Construct,
  vpc: IVpc,
  settings: Settings,
): SecurityGroups {
  const group = (id: string, description: string) =>
    new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  const isInternal = settings.exposure === 'internal';
  const groups = {
    loadBalancer: group('LoadBalancerGroup', 'The load balancer of dynamodb-mcp-server'),
    tasks: group('TaskGroup', 'The tasks of dynamodb-mcp-server'),
    endpoints: group('EndpointGroup', 'The interface endpoints of dynamodb-mcp-server'),
    check: isInternal
      ? group('CheckGroup', 'The check of a release of dynamodb-mcp-server')
      : undefined,
    privateLink:
      settings.privateLinkAccounts.length > 0
        ? group('PrivateLinkGroup', 'The way into dynamodb-mcp-server by PrivateLink')
        : undefined,
  };
  connectClients(groups, settings);
  connectTasks(scope, groups, settings);
  acknowledgeEverybody(groups.loadBalancer, settings);
  return groups;
}

function connectClients({ loadBalancer, tasks, ...groups }: SecurityGroups, settings: Settings) {
  for (const cidr of clientCidrs(settings)) {
    loadBalancer.addIngressRule(Peer.ipv4(cidr), HTTPS, 'HTTPS');
    loadBalancer.addIngressRule(Peer.ipv4(cidr), Port.tcp(80), 'HTTP, redirected to HTTPS');
  }
  for (const client of [groups.check, groups.privateLink]) {
    client?.addEgressRule(loadBalancer, HTTPS, 'HTTPS');
    if (client) loadBalancer.addIngressRule(client, HTTPS, 'HTTPS');
  }
  const requests = Port.tcp(CONTAINER_PORT);
  loadBalancer.addEgressRule(tasks, requests, 'Requests and health checks');
  tasks.addIngressRule(loadBalancer, requests, 'Requests and health checks');
}

function connectTasks(
  scope: Construct,
  { tasks, check, endpoints }: SecurityGroups,
  { vpcId, routeTableIds, vpcCidr }: Settings,
): void {
  const reason = 'Images, logs and secrets';
  const dynamodb = prefixList(scope, 'DynamoDb');
  const s3 = prefixList(scope, 'S3');
  for (const runner of [tasks, check]) {
    if (!runner) continue;
    runner.addEgressRule(endpoints, HTTPS, reason);
    endpoints.addIngressRule(runner, HTTPS, reason);
    // Endpoints that are there already have a security group of their own.
    if (vpcId !== undefined && routeTableIds.length === 0) {
      runner.addEgressRule(Peer.ipv4(vpcCidr), HTTPS, reason);
    }
    runner.addEgressRule(s3, HTTPS, 'S3 through its endpoint');
  }
  tasks.addEgressRule(dynamodb, HTTPS, 'DynamoDb through its endpoint');
}

/** By default the VPC, or everybody once that is what the load balancer is for. */
function clientCidrs({ clientCidrs, exposure, vpcCidr }: Settings): string[] {
  return clientCidrs ?? [exposure === 'public' ? EVERYBODY : vpcCidr];
}

/** A parameter, because CloudFormation cannot tell a region's prefix list. */
function prefixList(scope: Construct, service: string) {
  const parameter = new CfnParameter(scope, `${service}PrefixList`, {
    description: `Managed prefix list of ${service} in this region (see the runbook)`,
    allowedPattern: '^pl-[0-9a-f]+$',
    constraintDescription: 'must be the id of a prefix list (pl-...)',
  });
  return Peer.prefixList(parameter.valueAsString);
}

function acknowledgeEverybody(loadBalancer: SecurityGroup, settings: Settings): void {
  if (!clientCidrs(settings).includes(EVERYBODY)) return;
  acknowledge(loadBalancer, {
    'AwsSolutions-EC23':
      'A public load balancer without clientCidrs is asked for by name: it answers with TLS, every route but the probes needs an API key.',
  });
}
