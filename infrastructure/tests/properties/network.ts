import assert from 'node:assert/strict';
import { type Deployment, inWords, type Property, type Resource, valuesAt } from './deployment.ts';
import { absent, asSet, type Check, count, is, like, require } from './requirements.ts';

const EVERYBODY = '0.0.0.0/0';
/** What CDK writes for a group that may send nothing. */
const NOWHERE = '255.255.255.255/32 icmp 252-86';

/** The one peer of a rule, in words. */
function peer(rule: unknown): string {
  return inWords(
    [
      'CidrIp',
      'CidrIpv6',
      'SourceSecurityGroupId',
      'DestinationSecurityGroupId',
      'SourcePrefixListId',
      'DestinationPrefixListId',
    ].flatMap((name) => valuesAt(rule, name).filter((value) => value !== undefined)),
  );
}

function port(rule: unknown): string {
  const [protocol, from, to] = ['IpProtocol', 'FromPort', 'ToPort'].map((name) =>
    inWords(valuesAt(rule, name)[0]),
  );
  return `${protocol} ${from === to ? from : `${from}-${to}`}`;
}

/** Every connection that security groups allow, in words. */
function connections(deployment: Deployment): string[] {
  const inline = (direction: string, words: (group: string, rule: unknown) => string) =>
    deployment.of('AWS::EC2::SecurityGroup').flatMap(({ id, properties }) =>
      valuesAt(properties, `${direction}[]`)
        .filter((rule) => rule !== undefined && `${peer(rule)} ${port(rule)}` !== NOWHERE)
        .map((rule) => words(`<${id}>`, rule)),
    );
  const alone = (type: string, words: (group: string, rule: unknown) => string) =>
    deployment
      .of(type)
      .map(({ properties }) => words(inWords(valuesAt(properties, 'GroupId')[0]), properties));
  const from = (group: string, rule: unknown) => `${peer(rule)} → ${group}: ${port(rule)}`;
  const to = (group: string, rule: unknown) => `${group} → ${peer(rule)}: ${port(rule)}`;
  return [
    ...inline('SecurityGroupIngress', from),
    ...inline('SecurityGroupEgress', to),
    ...alone('AWS::EC2::SecurityGroupIngress', from),
    ...alone('AWS::EC2::SecurityGroupEgress', to),
  ];
}

/** Those that are meant. What one group may send another may take, so both stand there. */
function meant({ settings }: Deployment): string[] {
  const { exposure, vpcCidr, vpcId, routeTableIds, privateLinkAccounts } = settings;
  const clients = settings.clientCidrs ?? [exposure === 'public' ? EVERYBODY : vpcCidr];
  const runners = ['<TaskGroup>', ...(exposure === 'internal' ? ['<CheckGroup>'] : [])];
  const callers = [
    ...(exposure === 'internal' ? ['<CheckGroup>'] : []),
    ...(privateLinkAccounts.length > 0 ? ['<PrivateLinkGroup>'] : []),
  ];
  const hasEndpoints = vpcId !== undefined && routeTableIds.length === 0;
  const twice = (words: string) => [words, words];
  return [
    ...clients.flatMap((cidr) => [443, 80].map((at) => `${cidr} → <LoadBalancerGroup>: tcp ${at}`)),
    ...callers.flatMap((caller) => twice(`${caller} → <LoadBalancerGroup>: tcp 443`)),
    ...twice('<LoadBalancerGroup> → <TaskGroup>: tcp 8002'),
    ...runners.flatMap((runner) => [
      ...twice(`${runner} → <EndpointGroup>: tcp 443`),
      `${runner} → <S3PrefixList>: tcp 443`,
      ...(hasEndpoints ? [`${runner} → ${vpcCidr}: tcp 443`] : []),
    ]),
    '<TaskGroup> → <DynamoDbPrefixList>: tcp 443',
  ];
}

/** A subnet, or what stands in its place, that the internet cannot reach. */
export const privateSubnet: Check = (subnet, { settings }) => {
  const words = inWords(subnet);
  return settings.subnetIds.includes(words) || /^<VpcIsolatedSubnet\dSubnet>$/.test(words)
    ? undefined
    : 'must be a private subnet';
};

const isInterface = ({ properties }: Resource) => properties.VpcEndpointType === 'Interface';

/** What holds for the network. */
export const NETWORK: Record<string, Property> = {
  'only the connections that are meant are allowed': (deployment) => {
    assert.deepEqual(connections(deployment).sort(), meant(deployment).sort());
    const groups = deployment.of('AWS::EC2::SecurityGroup');
    // A group that says nothing of what it may send could send everything.
    const silent = groups.filter(({ id, properties }) => {
      const alone = deployment
        .of('AWS::EC2::SecurityGroupEgress')
        .some((rule) => inWords(rule.properties.GroupId) === `<${id}>`);
      return !alone && properties.SecurityGroupEgress === undefined;
    });
    assert.deepEqual(silent, []);
  },

  'there is no way to or from the internet, but to a public load balancer': (deployment) => {
    const { exposure, vpcId, availabilityZones } = deployment.settings;
    const isOpen = exposure === 'public' && vpcId === undefined;
    count(deployment, {
      'AWS::EC2::InternetGateway': isOpen ? 1 : 0,
      'AWS::EC2::NatGateway': 0,
      'AWS::EC2::EIP': 0,
      'AWS::EC2::Route': isOpen ? availabilityZones : 0,
    });
    require(deployment, 'AWS::EC2::Subnet', [['MapPublicIpOnLaunch', is(false)]]);
    require(deployment, 'AWS::EC2::Route', [
      ['RouteTableId', like(/^<VpcPublicSubnet\dRouteTable>$/)],
    ]);
    require(deployment, 'AWS::EC2::SubnetRouteTableAssociation', [
      ['RouteTableId', like(/^<VpcIsolatedSubnet\dRouteTable>$/)],
    ], ({ id }) => id.startsWith('VpcIsolated'));
  },

  'subnets stand in as many zones as asked for': (deployment) => {
    const { exposure, vpcId, availabilityZones } = deployment.settings;
    const layers = exposure === 'public' ? 2 : 1;
    count(deployment, {
      'AWS::EC2::VPC': vpcId === undefined ? 1 : 0,
      'AWS::EC2::Subnet': vpcId === undefined ? layers * availabilityZones : 0,
      'AWS::EC2::SubnetRouteTableAssociation': vpcId === undefined ? layers * availabilityZones : 0,
    });
    const zones = deployment
      .of('AWS::EC2::Subnet')
      .map(({ properties }) => JSON.stringify(properties.AvailabilityZone));
    assert.equal(new Set(zones).size, vpcId === undefined ? availabilityZones : 0);
    require(deployment, 'AWS::EC2::VPC', [
      ['CidrBlock', asSet(({ vpcCidr }) => is(vpcCidr))],
      // What endpoints are found by.
      ['EnableDnsSupport', is(true)],
      ['EnableDnsHostnames', is(true)],
    ]);
  },

  'all traffic of a VPC of its own is recorded': (deployment) => {
    count(deployment, {
      'AWS::EC2::FlowLog': deployment.settings.vpcId === undefined ? 1 : 0,
    });
    require(deployment, 'AWS::EC2::FlowLog', [
      ['TrafficType', is('ALL')],
      ['ResourceType', is('VPC')],
      ['ResourceId', is('<Vpc>')],
      ['LogDestinationType', is('cloud-watch-logs')],
      ['LogGroupName', is('<FlowLog>')],
    ]);
  },

  'every service that is needed has its endpoint, in private subnets': (deployment) => {
    const { vpcId, routeTableIds, collector, embeddingModel } = deployment.settings;
    const makes = vpcId === undefined || routeTableIds.length > 0;
    const services = deployment
      .of('AWS::EC2::VPCEndpoint')
      .map(({ properties }) => inWords(properties.ServiceName).replace(/^.*<AWS::Region>\./, ''));
    const needed = [
      ...['dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager'],
      ...(embeddingModel === undefined ? [] : ['bedrock-runtime']),
      ...(collector ? ['xray'] : []),
    ];
    assert.deepEqual(services.sort(), makes ? needed.sort() : []);
    require(deployment, 'AWS::EC2::VPCEndpoint', [
      ['PrivateDnsEnabled', is(true)],
      ['SecurityGroupIds', is('<EndpointGroup>')],
      ['SubnetIds[]', privateSubnet],
    ], isInterface);
    require(deployment, 'AWS::EC2::VPCEndpoint', [
      ['RouteTableIds[]', like(/^(<VpcIsolatedSubnet\dRouteTable>|rtb-[0-9a-f]+)$/)],
      ['SecurityGroupIds', absent],
    ], (resource) => !isInterface(resource));
  },
};
