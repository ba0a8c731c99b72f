import { expect, test } from 'vitest';
import { only, type Stacks, stacksOf } from './support/stacks.ts';

const { Network } = stacksOf('default');

interface Rule {
  Description: string;
  FromPort: number;
  ToPort: number;
  CidrIp?: string;
  [peer: string]: unknown;
}

/** All rules of the security groups, in words. */
function rules({ Network }: Stacks): string[] {
  const name = (value: unknown) =>
    /(LoadBalancer|Task|Endpoint)(?=Group)|\w+PrefixList/.exec(JSON.stringify(value))?.[0] ?? '?';
  const words = (from: unknown, to: unknown, { FromPort, ToPort }: Rule) =>
    `${from} → ${to}: ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;
  const properties = (type: string) =>
    Object.values(Network.findResources(type)).map((resource) => resource.Properties);
  return [
    ...properties('AWS::EC2::SecurityGroup').flatMap((group) => [
      ...(group.SecurityGroupIngress ?? []).map((rule: Rule) =>
        words(rule.CidrIp, group.GroupDescription, rule),
      ),
      ...(group.SecurityGroupEgress ?? [])
        .filter((rule: Rule) => rule.CidrIp !== '255.255.255.255/32')
        .map((rule: Rule) => words(group.GroupDescription, rule.CidrIp, rule)),
    ]),
    ...properties('AWS::EC2::SecurityGroupIngress').map((rule) =>
      words(name(rule.SourceSecurityGroupId), name(rule.GroupId), rule),
    ),
    ...properties('AWS::EC2::SecurityGroupEgress').map((rule) =>
      words(
        name(rule.GroupId),
        name(rule.DestinationSecurityGroupId ?? rule.DestinationPrefixListId),
        rule,
      ),
    ),
  ].sort();
}

const BALANCER = 'The load balancer of dynamodb-mcp-server';
const INSIDE = [
  'LoadBalancer → Task: 8002',
  'LoadBalancer → Task: 8002',
  'Task → DynamoDbPrefixList: 443',
  'Task → Endpoint: 443',
  'Task → Endpoint: 443',
  'Task → S3PrefixList: 443',
];

test.each([
  ['default', ['10.0.0.0/16']],
  ['public', ['0.0.0.0/0']],
  ['public for some', ['198.51.100.0/24', '203.0.113.7/32']],
])('only these connections are allowed: %s', (variant, clients) => {
  const outside = clients.flatMap((cidr) => [
    `${cidr} → ${BALANCER}: 443`,
    `${cidr} → ${BALANCER}: 80`,
  ]);

  expect(rules(stacksOf(variant))).toEqual([...outside, ...INSIDE].sort());
});

test('there is no way to or from the internet, unless it is public', () => {
  for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route']) {
    Network.resourceCountIs(type, 0);
  }
  const open = stacksOf('public').Network;
  open.resourceCountIs('AWS::EC2::InternetGateway', 1);
  open.resourceCountIs('AWS::EC2::NatGateway', 0);
  open.resourcePropertiesCountIs('AWS::EC2::Subnet', { MapPublicIpOnLaunch: true }, 0);
});

test.each([
  ['default', 2],
  ['three zones', 3],
])('subnets stand in zones that CloudFormation finds: %s', (variant, zones) => {
  const subnets = Object.values(stacksOf(variant).Network.findResources('AWS::EC2::Subnet'));

  expect(subnets.map(({ Properties }) => Properties.AvailabilityZone)).toEqual(
    Array.from({ length: zones }, (_, index) => ({
      'Fn::Select': [index, { 'Fn::GetAZs': '' }],
    })),
  );
});

test('no subnet moves when zones or public subnets are added', () => {
  const ranges = (variant: string) =>
    Object.values(stacksOf(variant).Network.findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.CidrBlock,
    );
  const before = ranges('default');

  expect(before).toHaveLength(2);
  for (const variant of ['three zones', 'public']) {
    expect(ranges(variant)).toEqual(expect.arrayContaining(before));
  }
});

test('each endpoint is limited to the one thing behind it', () => {
  const endpoints = Object.entries(Network.findResources('AWS::EC2::VPCEndpoint')).map(
    ([id, { Properties }]) => [
      id.replace(/^Vpc(\w+)Endpoint\w{8}$/, '$1'),
      Properties.PolicyDocument.Statement.map(({ Resource }: { Resource: unknown }) =>
        /Exports\w*?(Table|Repository|ServiceLog|ApiKeys)|starport-layer-bucket\/|\*/
          .exec(JSON.stringify(Resource))?.[0]
          .replace(/Exports\w*(Table|Repository|ServiceLog|ApiKeys)/, '$1'),
      ),
    ],
  );

  expect(Object.fromEntries(endpoints)).toEqual({
    DynamoDb: ['Table', 'Table', 'Table'],
    S3: ['starport-layer-bucket/'],
    EcrApi: ['*', 'Repository'],
    EcrDocker: ['*', 'Repository'],
    Logs: ['ServiceLog'],
    Secrets: ['ApiKeys'],
  });
});

test('all traffic is recorded', () => {
  expect(only(Network, 'AWS::EC2::FlowLog')).toMatchObject({
    TrafficType: 'ALL',
    ResourceType: 'VPC',
    LogDestinationType: 'cloud-watch-logs',
  });
});
