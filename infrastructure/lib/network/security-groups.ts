import { CfnParameter } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { CONTAINER_PORT } from '../service/environment.ts';
import type { Settings } from '../settings.ts';

const EVERYBODY = '0.0.0.0/0';

/** Who may talk to whom: clients → load balancer → tasks → endpoints, and nothing else. */
export interface SecurityGroups {
  loadBalancer: SecurityGroup;
  tasks: SecurityGroup;
  endpoints: SecurityGroup;
}

export function createSecurityGroups(
  scope: Construct,
  vpc: IVpc,
  settings: Settings,
): SecurityGroups {
  const group = (id: string, description: string) =>
    new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  const loadBalancer = group('LoadBalancerGroup', 'The load balancer of dynamodb-mcp-server');
  const tasks = group('TaskGroup', 'The tasks of dynamodb-mcp-server');
  const endpoints = group('EndpointGroup', 'The interface endpoints of dynamodb-mcp-server');

  for (const cidr of clientCidrs(settings)) {
    loadBalancer.addIngressRule(Peer.ipv4(cidr), Port.tcp(443), 'HTTPS');
    loadBalancer.addIngressRule(Peer.ipv4(cidr), Port.tcp(80), 'HTTP, redirected to HTTPS');
  }
  const requests = Port.tcp(CONTAINER_PORT);
  loadBalancer.addEgressRule(tasks, requests, 'Requests and health checks');
  tasks.addIngressRule(loadBalancer, requests, 'Requests and health checks');

  const https = Port.tcp(443);
  tasks.addEgressRule(endpoints, https, 'Images, logs and secrets');
  endpoints.addIngressRule(tasks, https, 'Images, logs and secrets');
  for (const service of ['DynamoDb', 'S3']) {
    tasks.addEgressRule(prefixList(scope, service), https, `${service} through its endpoint`);
  }
  acknowledgeEverybody(loadBalancer, settings);
  return { loadBalancer, tasks, endpoints };
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
