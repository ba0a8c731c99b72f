import { namesOf } from '../../lib/names.ts';
import type { Deployment } from './deployment.ts';
import type { Statement } from './statements.ts';

/** What a statement may allow: whose it is, what, on what, to whom, and under what condition. */
export interface Grant {
  of: RegExp;
  actions: RegExp;
  on: RegExp;
  to?: RegExp;
  when?: RegExp;
}

const ACCOUNT = '<AWS::AccountId>';
const HERE = `<AWS::Region>:${ACCOUNT}`;
/** Of statements that name nobody, no resource, or no condition. */
export const NOBODY = /^$/;
const ANYBODY = /^AWS=\*$/;
const ROOT = /^AWS=arn:<AWS::Partition>:iam::<AWS::AccountId>:root$/;
const service = (name: string) => new RegExp(`^Service=${name.replaceAll('.', '\\.')}$`);
/** A text with nothing around it. */
export const exactly = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
const OWN_ACCOUNT = exactly(`StringEquals=aws:SourceAccount=${ACCOUNT}`);
const fromHere = (arn: string) =>
  exactly(
    `StringEquals=aws:SourceAccount=${ACCOUNT} ArnLike=aws:SourceArn=arn:<AWS::Partition>:${arn}`,
  );

/** A role of the stacks, or the endpoint that lets pass what the role may do. */
function shared(of: string, endpoint: string, grant: Omit<Grant, 'of'>): Grant[] {
  return [
    { ...grant, of: new RegExp(`^${of}$`) },
    { ...grant, of: new RegExp(`^Vpc${endpoint}Endpoint$`), to: ANYBODY, when: NOBODY },
  ];
}

/** All that anybody may do, but for releases. */
export function grants({ settings }: Deployment): Grant[] {
  const { tableName, existingTable, furtherTables, readOnly, wafRateLimit } = settings;
  const names = namesOf(settings);
  const own = existingTable
    ? `arn:<AWS::Partition>:dynamodb:${HERE}:table/${tableName}`
    : '<Table>';
  const tables = [
    own,
    ...furtherTables.map((name) => `arn:<AWS::Partition>:dynamodb:${HERE}:table/${name}`),
  ];
  const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const anyTable = tables.map(literally).join('|');
  const anyIndex = tables
    .map((arn) => `${literally(arn)}/index/${arn === '<Table>' ? 'GSI1' : '\\*'}`)
    .join('|');
  const reads = 'BatchGetItem|DescribeTable|DescribeTimeToLive|GetItem|Query|Scan';
  const writes = readOnly ? '' : '|BatchWriteItem|ConditionCheckItem|DeleteItem|PutItem|UpdateItem';
  const keyUses = readOnly
    ? 'Decrypt|DescribeKey'
    : 'Decrypt|DescribeKey|Encrypt|GenerateDataKey|GenerateDataKeyWithoutPlaintext|ReEncryptFrom|ReEncryptTo';
  const secrets = '<(ApiKeys|AccessPolicy|AccessSecret)>';
  const logArn = (group: string) => `arn:<AWS::Partition>:logs:${HERE}:log-group:${group}`;
  const logGroups = [
    logArn(names.logGroup('*')),
    ...(wafRateLimit ? [logArn(`aws-waf-logs-${names.prefix}`)] : []),
  ].join(' ');
  return [
    ...shared('TaskRole', 'DynamoDb', {
      actions: new RegExp(`^dynamodb:(${reads}${writes})$`),
      on: new RegExp(`^(${anyTable})$`),
    }),
    ...shared('TaskRole', 'DynamoDb', {
      actions: /^dynamodb:(Query|Scan)$/,
      on: new RegExp(`^(${anyIndex})$`),
    }),
    ...shared('TaskRole', 'DynamoDb', {
      actions: /^dynamodb:SearchVectors$/,
      on: new RegExp(`^${literally(own)}/index/BY_MEANING$`),
    }),
    {
      of: /^TaskRole$/,
      actions: new RegExp(`^kms:(${keyUses})$`),
      on: /^(<TableKey>|arn:aws:kms:\S+:key\/[\w-]+)$/,
      when: exactly('StringEquals=kms:ViaService=dynamodb.<AWS::Region>.amazonaws.com'),
    },
    ...shared('TaskRole', 'Bedrock', {
      actions: /^bedrock:InvokeModel$/,
      on: /^arn:<AWS::Partition>:bedrock:<AWS::Region>::foundation-model\/[\w.:-]+$/,
    }),
    ...shared('TaskRole', 'Xray', {
      actions: /^xray:(PutTelemetryRecords|PutTraceSegments)$/,
      on: /^\*$/,
    }),
    ...shared('(TaskRole|(Check)?ExecutionRole)', 'Logs', {
      actions: /^logs:(CreateLogStream|PutLogEvents)$/,
      on: /^<(ServiceLog|MetricsLog)>$/,
    }),
    ...shared('(Check)?ExecutionRole', 'Ecr(Api|Docker)', {
      actions: /^ecr:(BatchCheckLayerAvailability|BatchGetImage|GetDownloadUrlForLayer)$/,
      on: /^<(Collector)?Repository>$/,
    }),
    ...shared('(Check)?ExecutionRole', 'Ecr(Api|Docker)', {
      actions: /^ecr:GetAuthorizationToken$/,
      on: /^\*$/,
    }),
    ...shared('ExecutionRole', 'Secrets', {
      actions: /^secretsmanager:GetSecretValue$/,
      on: new RegExp(`^${secrets}$`),
    }),
    ...shared('CheckExecutionRole', 'Secrets', {
      actions: /^secretsmanager:GetSecretValue$/,
      on: /^<ReleaseKey>$/,
    }),
    {
      of: /^ExecutionRole$/,
      actions: /^kms:Decrypt$/,
      on: /^<OperationsKey>$/,
      when: new RegExp(`^StringEquals=kms:EncryptionContext:SecretARN=${secrets}( ${secrets})*$`),
    },
    {
      of: /^CheckExecutionRole$/,
      actions: /^kms:Decrypt$/,
      on: /^<OperationsKey>$/,
      when: exactly('StringEquals=kms:EncryptionContext:SecretARN=<ReleaseKey>'),
    },
    {
      of: /^VpcS3Endpoint$/,
      actions: /^s3:GetObject$/,
      on: exactly('arn:<AWS::Partition>:s3:::prod-<AWS::Region>-starport-layer-bucket/*'),
      to: ANYBODY,
    },
    {
      of: /^FlowLogRole$/,
      actions: /^logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)$/,
      on: /^<FlowLog>$/,
    },
    // Who takes on which role.
    {
      of: /^(TaskRole|CheckTaskRole|(Check)?ExecutionRole)$/,
      actions: /^sts:AssumeRole$/,
      on: NOBODY,
      to: service('ecs-tasks.amazonaws.com'),
      when: fromHere(`ecs:${HERE}:*`),
    },
    {
      of: /^FlowLogRole$/,
      actions: /^sts:AssumeRole$/,
      on: NOBODY,
      to: service('vpc-flow-logs.amazonaws.com'),
      when: fromHere(`ec2:${HERE}:vpc-flow-log/*`),
    },
    // Policies of what is kept.
    { of: /^(Table|Operations)Key$/, actions: /^kms:\*$/, on: /^\*$/, to: ROOT },
    {
      of: /^OperationsKey$/,
      actions: /^kms:(Encrypt|Decrypt|ReEncrypt\*|GenerateDataKey\*|Describe\*)$/,
      on: /^\*$/,
      to: service('logs.<AWS::Region>.amazonaws.com'),
      when: exactly(`ArnLike=kms:EncryptionContext:aws:logs:arn=${logGroups}`),
    },
    {
      of: /^OperationsKey$/,
      actions: /^kms:(Decrypt|GenerateDataKey\*)$/,
      on: /^\*$/,
      to: service('cloudwatch.amazonaws.com'),
      when: OWN_ACCOUNT,
    },
    {
      of: /^OperationsKey$/,
      actions: /^kms:(CreateGrant|Decrypt|DescribeKey|Encrypt|GenerateDataKey\*|ReEncrypt\*)$/,
      on: /^\*$/,
      to: ROOT,
      when: exactly('StringEquals=kms:ViaService=secretsmanager.<AWS::Region>.amazonaws.com'),
    },
    {
      of: /^AccessLogs$/,
      actions: /^s3:PutObject$/,
      on: exactly(`<AccessLogs>/AWSLogs/${ACCOUNT}/*`),
      to: service('logdelivery.elasticloadbalancing.amazonaws.com'),
    },
    {
      of: /^Trail$/,
      actions: /^s3:GetBucketAcl$/,
      on: /^<Trail>$/,
      to: service('cloudtrail.amazonaws.com'),
      when: exactly(
        `StringEquals=aws:SourceArn=arn:<AWS::Partition>:cloudtrail:${HERE}:trail/${names.prefix}-table`,
      ),
    },
    {
      of: /^Trail$/,
      actions: /^s3:PutObject$/,
      on: exactly(`<Trail>/AWSLogs/${ACCOUNT}/*`),
      to: service('cloudtrail.amazonaws.com'),
      when: exactly(
        `StringEquals=aws:SourceArn=arn:<AWS::Partition>:cloudtrail:${HERE}:trail/${names.prefix}-table s3:x-amz-acl=bucket-owner-full-control`,
      ),
    },
    {
      of: /^AlarmTopicPolicy$/,
      actions: /^sns:Publish$/,
      on: /^<AlarmTopic>$/,
      to: service('cloudwatch.amazonaws.com'),
      when: OWN_ACCOUNT,
    },
    {
      of: /^StoppedTasksDelivery$/,
      actions: /^logs:CreateLogStream$/,
      on: exactly(`${logArn('<StoppedTasksLog>')}:*`),
      to: service('delivery.logs.amazonaws.com events.amazonaws.com'),
    },
    {
      of: /^StoppedTasksDelivery$/,
      actions: /^logs:PutLogEvents$/,
      on: exactly(`${logArn('<StoppedTasksLog>')}:*`),
      to: service('delivery.logs.amazonaws.com events.amazonaws.com'),
      when: exactly('ArnEquals=aws:SourceArn=<StoppedTasksRule>'),
    },
  ];
}

/** What a statement allows that no grant says. */
export function unmeant(statement: Statement, known: readonly Grant[]): string[] {
  const resources = statement.resources.length > 0 ? statement.resources : [''];
  return statement.actions.flatMap((action) =>
    resources
      .filter(
        (resource) =>
          !known.some(
            ({ of, actions, on, to = NOBODY, when = NOBODY }) =>
              of.test(statement.of) &&
              actions.test(action) &&
              on.test(resource) &&
              to.test(statement.principal) &&
              when.test(statement.condition),
          ),
      )
      .map(
        (resource) =>
          `${statement.of}: ${action} on ${resource} to ${statement.principal} when ${statement.condition}`,
      ),
  );
}
