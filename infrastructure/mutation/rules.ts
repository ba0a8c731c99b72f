import { type Place, REMOVE, type Rule } from './mutant.ts';

/** Texts whose meaning is safety, with what is weaker. */
const WEAKER: Record<string, string[]> = {
  internal: ['internet-facing'],
  DISABLED: ['ENABLED'],
  ENABLED: ['DISABLED'],
  Enabled: ['Disabled', 'Suspended'],
  enabled: ['disabled'],
  off: ['on'],
  IMMUTABLE: ['MUTABLE'],
  ALL: ['ACCEPT', 'KEYS_ONLY'],
  BucketOwnerEnforced: ['ObjectWriter'],
  'ELBSecurityPolicy-TLS13-1-2-2021-06': [
    'ELBSecurityPolicy-2016-08',
    'ELBSecurityPolicy-TLS13-1-0-2021-06',
  ],
  HTTPS: ['HTTP'],
  HTTP_301: ['HTTP_302'],
  redirect: ['forward'],
  blocking: ['non-blocking'],
  awslogs: ['none'],
  awsvpc: ['host', 'bridge'],
  PAY_PER_REQUEST: ['PROVISIONED'],
  ACCESSED_AND_THROTTLED_KEYS: ['THROTTLED_KEYS'],
  '/health/started': ['/health', '/'],
  '200': ['200-499'],
  least_outstanding_requests: ['round_robin'],
  GreaterThanThreshold: ['LessThanThreshold', 'GreaterThanOrEqualToThreshold'],
  LessThanThreshold: ['GreaterThanThreshold', 'LessThanOrEqualToThreshold'],
  breaching: ['notBreaching', 'missing', 'ignore'],
  notBreaching: ['breaching', 'missing', 'ignore'],
  Sum: ['Average', 'SampleCount', 'Minimum'],
  Minimum: ['Maximum', 'Average'],
  Maximum: ['Minimum', 'Average'],
  Average: ['Minimum', 'Maximum'],
  p99: ['p50', 'p99.9'],
  EssentialContainerExited: ['UserInitiated'],
  TaskFailedToStart: ['UserInitiated'],
  '1000': ['0'],
  IP: ['FORWARDED_IP', 'CONSTANT'],
  authorization: ['accept'],
  service: [],
};

const isText = (value: unknown): value is string => typeof value === 'string';
const last = ({ path }: Place, back = 1) => path.at(-back);
const inside = ({ path }: Place, name: string) => path.includes(name);

/** What says only what something is called, or where in words: it protects nothing. */
const WORDS =
  /^(Tags|Description|GroupDescription|AlarmDescription|DisplayName|Family|Label|Id|Sid|Version|PolicyName|DashboardBody|Metadata|RoleName|Type|DependsOn|RetentionDescription|Environment|StatusCode)$/;
const isWords = ({ path }: Place) => path.some((step) => isText(step) && WORDS.test(step));

const wholes: Rule = ({ path, type }) =>
  path.length === 0 && !/::(Subnet|RouteTable|VPC|VPCGatewayAttachment)/.test(type)
    ? [['the resource is not there', REMOVE]]
    : [];

const retention: Rule = (place) =>
  place.path.length === 1 && /^(Deletion|UpdateReplace)Policy$/.test(String(last(place)))
    ? [['it goes with its stack', 'Delete']]
    : [];

const booleans: Rule = (place) =>
  typeof place.value === 'boolean' && !isWords(place)
    ? [
        ['a switch is turned', !place.value],
        // Metrics are looked at unless they say otherwise.
        ...(last(place) === 'ReturnData' && place.value
          ? []
          : [['a switch is left to its default', REMOVE] as const]),
      ]
    : [];

const booleanTexts: Rule = (place) =>
  (place.value === 'true' || place.value === 'false') && !isWords(place)
    ? [['a switch is turned', place.value === 'true' ? 'false' : 'true']]
    : [];

const numbers: Rule = (place) => {
  const { value } = place;
  if (isWords(place) || inside(place, 'Fn::Select')) return [];
  const number =
    typeof value === 'number'
      ? value
      : isText(value) && /^\d+$/.test(value)
        ? Number(value)
        : Number.NaN;
  if (Number.isNaN(number) || /^(Priority|MetricValue)$/.test(String(last(place)))) return [];
  const as = (changed: number) => (isText(value) ? String(changed) : changed);
  return [
    ['a number is much larger', as(number === 0 ? 100 : number * 10)],
    ['a number is much smaller', as(number === 0 ? -1 : Math.floor(number / 10))],
  ];
};

const texts: Rule = (place) =>
  isText(place.value) && !isWords(place)
    ? (WEAKER[place.value] ?? []).map((weaker): [string, string] => [
        `${place.value} becomes ${weaker}`,
        weaker,
      ])
    : [];

/** Statements of policies, as wholes: what makes an allowance wider would make a denial stronger. */
const statements: Rule = (place) => {
  const statement = Object(place.value);
  if (last(place, 2) !== 'Statement' || statement.Effect === undefined) return [];
  if (statement.Effect === 'Deny') {
    return [
      ['a denial is not there', REMOVE],
      ['what was denied is allowed', { ...statement, Effect: 'Allow' }],
      ['a denial is of less', { ...statement, Action: 'none:Nothing' }],
    ];
  }
  const { Action, Resource, Principal, Condition, ...rest } = statement;
  const wider = (kind: string, changed: object): [string, unknown] => [
    kind,
    { ...statement, ...changed },
  ];
  const all = `${String([Action].flat()[0]).split(':')[0]}:*`;
  return [
    ...([Action].flat().includes(all)
      ? []
      : [wider('everything of a service is allowed', { Action: all })]),
    wider('everything is allowed', { Action: '*' }),
    wider('everything but one thing is allowed', { ...rest, NotAction: 'iam:*', Action: [] }),
    ...(Resource === undefined || Resource === '*'
      ? []
      : [wider('on every resource', { Resource: '*' })]),
    ...(Principal === undefined || JSON.stringify(Principal).includes('"*"')
      ? []
      : [
          wider('to everybody', { Principal: '*' }),
          wider('to all accounts', { Principal: { AWS: '*' } }),
          wider('to another service', { Principal: { Service: 'lambda.amazonaws.com' } }),
        ]),
    ...(Condition === undefined ? [] : weakerConditions(statement)),
  ];
};

function weakerConditions(statement: { Condition: Record<string, object> }): [string, unknown][] {
  const { Condition: condition, ...unconditional } = statement;
  const keys = Object.entries(condition).flatMap(([operator, values]) =>
    Object.keys(values).map((key): [string, string] => [operator, key]),
  );
  return [
    ['without a condition', unconditional],
    ...keys.flatMap(([operator, key]): [string, unknown][] => {
      const weaker = without(condition, operator, key);
      return [
        [`without the condition on ${key}`, { ...unconditional, Condition: weaker }],
        [
          `whatever ${key} is`,
          { ...unconditional, Condition: { ...weaker, StringLike: { [key]: '*' } } },
        ],
      ];
    }),
  ];
}

function without(condition: Record<string, object>, operator: string, key: string) {
  const { [key]: _, ...keys } = Object(condition[operator]);
  return { ...condition, [operator]: keys };
}

const connections: Rule = (place) => {
  const name = String(last(place));
  if (!/^AWS::EC2::SecurityGroup/.test(place.type)) return [];
  if (name === 'CidrIp')
    return place.value === '0.0.0.0/0' ? [] : [['from everywhere', '0.0.0.0/0']];
  if (name === 'IpProtocol') return [['by any protocol', '-1']];
  if (/^SecurityGroup(In|E)gress$/.test(name) && Array.isArray(place.value)) {
    const open = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
    return [
      ['one more connection', [...place.value, open]],
      ['no rule for a direction', REMOVE],
    ];
  }
  return [];
};

/** What protects by being there at all. */
const PROTECTIONS =
  /^(KmsKeyId|KmsMasterKeyId|KMSMasterKeyId|SSESpecification|SSEType|BucketEncryption|PublicAccessBlockConfiguration|OwnershipControls|VersioningConfiguration|LifecycleConfiguration|LifecyclePolicy|PointInTimeRecoverySpecification|TimeToLiveSpecification|ContributorInsightsSpecification|ImageScanningConfiguration|ImageTagMutability|RetentionInDays|PolicyDocument|AlarmActions|OKActions|DatapointsToAlarm|Dimensions|DeploymentCircuitBreaker|AvailabilityZoneRebalancing|HealthCheckGracePeriodSeconds|HealthCheck|HealthCheckPath|User|LinuxParameters|Capabilities|Drop|StopTimeout|SslPolicy|Certificates|SecurityGroups|SecurityGroupIds|Scheme|RedirectConfig|LogConfiguration|TreatMissingData|Matcher|RedactedFields|OnDemandThroughput|ClusterSettings|PlatformVersion|LoadBalancers|StartPeriod|HealthCheckIntervalSeconds|HealthCheckTimeoutSeconds|UnhealthyThresholdCount|HealthyThresholdCount|ClientIdList|GenerateSecretString|PropagateTags|stopCode|clusterArn|lastStatus|ScaleInCooldown|ScaleOutCooldown|MinimumHealthyPercent|MaximumPercent|RateBasedStatement|EnableECSManagedTags)$/;

const protections: Rule = (place) =>
  PROTECTIONS.test(String(last(place))) && !isWords(place)
    ? [['a protection is not there', REMOVE]]
    : [];

/** Attributes of load balancers, settings of clusters, rules of buckets and WAF, redacted fields, operations. */
const entries: Rule = (place) =>
  typeof last(place) === 'number' &&
  /^(LoadBalancerAttributes|TargetGroupAttributes|Rules|ClusterSettings|RedactedFields|Metrics|FieldSelectors|Secrets)$/.test(
    String(last(place, 2)),
  )
    ? [['an entry is not there', REMOVE]]
    : [];

const openSubnets: Rule = ({ path, type, value, resources }) => {
  if (path.at(-1) !== 'Subnets' || type !== 'AWS::ECS::Service') return [];
  const [balancer] = Object.values(resources)
    .map((resource) => Object(resource))
    .filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const { Subnets } = balancer.Properties;
  return JSON.stringify(Subnets) === JSON.stringify(value)
    ? []
    : [['tasks stand where a public load balancer does', Subnets]];
};

const additions: Rule = (place) => {
  if (last(place, 2) !== 'ContainerDefinitions') return [];
  const container = Object(place.value);
  return [
    ['a container is privileged', { ...container, Privileged: true }],
    [
      'a container has a capability',
      {
        ...container,
        LinuxParameters: {
          ...container.LinuxParameters,
          Capabilities: { Drop: ['ALL'], Add: ['SYS_ADMIN'] },
        },
      },
    ],
    ['a container may be written to', { ...container, ReadonlyRootFilesystem: false }],
  ];
};

const properties: Rule = ({ path, value, type }) => {
  if (path.length !== 1 || path[0] !== 'Properties') return [];
  const more = (kind: string, added: object): [string, unknown] => [
    kind,
    { ...Object(value), ...added },
  ];
  switch (type) {
    case 'AWS::IAM::Role':
      return [
        more('a role is an administrator', {
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        }),
        more('a role has a policy of its own', { Policies: [{ PolicyName: 'x' }] }),
      ];
    case 'AWS::ECS::Service':
      return [more('an update sets the number of tasks', { DesiredCount: 1 })];
    case 'AWS::SecretsManager::Secret':
      return [more('a secret stands in the template', { SecretString: 'key' })];
    case 'AWS::CloudWatch::Alarm':
      return [more('an alarm tells nobody', { ActionsEnabled: false })];
    case 'AWS::Events::Rule':
      return [more('a rule is off', { State: 'DISABLED' })];
    default:
      return [];
  }
};

const metrics: Rule = (place) => {
  const name = String(last(place));
  if (place.type === 'AWS::Logs::MetricFilter') {
    if (name === 'FilterPattern') return [['every line counts', '']];
    if (name === 'MetricValue') return [['a line counts as nothing', '0']];
    return name === 'LogGroupName' ? [['other lines count', 'elsewhere']] : [];
  }
  if (place.type !== 'AWS::CloudWatch::Alarm') return [];
  if (name === 'MetricName') return [['another metric is watched', 'Other']];
  if (name === 'Namespace') return [['a metric of somebody else is watched', 'Other']];
  return name === 'Expression' ? [['an expression is always zero', '0']] : [];
};

/** Every kind of weakening, by what it looks at. */
export const RULES: readonly Rule[] = [
  wholes,
  retention,
  booleans,
  booleanTexts,
  numbers,
  texts,
  statements,
  connections,
  protections,
  entries,
  openSubnets,
  additions,
  properties,
  metrics,
];
