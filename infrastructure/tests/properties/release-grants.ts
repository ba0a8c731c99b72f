import { namesOf } from '../../lib/names.ts';
import { exactly, type Grant, NOBODY } from './grants.ts';

const HERE = '<AWS::Region>:<AWS::AccountId>';
/** The provider of an account, made here or there already. */
export const PROVIDER = exactly('Federated=<<Provider> or <OidcProviderArn>>').source;
/** How its tokens are called in conditions. */
export const TRUST = 'token.actions.githubusercontent.com';

const stack = (name: string) => `arn:<AWS::Partition>:cloudformation:${HERE}:stack/${name}/*`;
const SUBJECTS = ['Storage', 'Network', 'Service', 'Observability', 'Dashboard'];

/** All that a release may do in one stage. */
export function stageGrants(stage: string): Grant[] {
  const names = namesOf({ stage });
  const prefix = names.stack('');
  const role = `${prefix}DeployRole`;
  const former = `${prefix}CloudFormationRole`;
  const stacks = SUBJECTS.map((subject) => names.stack(subject));
  const anyStack = new RegExp(
    `^(${stacks.map((name) => exactly(stack(name)).source.slice(1, -1)).join('|')})$`,
  );
  const anyRole = new RegExp(
    `^arn:<AWS::Partition>:iam::<AWS::AccountId>:role/(${stacks.join('|')})-\\*$`,
  );
  const releaseKey = `arn:<AWS::Partition>:secretsmanager:${HERE}:secret:${names.prefix}-release-key-*`;
  const passed = {
    actions: /^iam:PassRole$/,
    on: exactly(`arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${names.prefix}-cloudformation`),
    when: exactly('StringEquals=iam:PassedToService=cloudformation.amazonaws.com'),
  };
  const preview =
    'CreateChangeSet|DeleteChangeSet|DescribeChangeSet|DescribeEvents|DescribeStackEvents|DescribeStacks|GetTemplate|GetTemplateSummary|ListStackResources';
  const of = exactly(role);
  return [
    { of: /^PublishRole$/, actions: new RegExp(`^cloudformation:(${preview})$`), on: anyStack },
    { of: /^PublishRole$/, ...passed },
    {
      of: /^PublishRole$/,
      actions:
        /^ecr:(BatchCheckLayerAvailability|BatchGetImage|GetDownloadUrlForLayer|CompleteLayerUpload|DescribeImages|DescribeRepositories|InitiateLayerUpload|PutImage|UploadLayerPart)$/,
      on: exactly(
        `arn:<AWS::Partition>:ecr:${HERE}:repository/${names.repository('dynamodb-mcp-server')}`,
      ),
    },
    {
      of,
      actions: new RegExp(
        `^cloudformation:(${preview}|ExecuteChangeSet|UpdateTerminationProtection)$`,
      ),
      on: anyStack,
    },
    { of, ...passed },
    { of, actions: /^ecs:DescribeTaskDefinition$/, on: /^\*$/ },
    {
      of,
      actions: /^ecs:Describe(Services|Tasks)$/,
      on: new RegExp(`^arn:<AWS::Partition>:ecs:${HERE}:(service|task)/${prefix}Service-\\*$`),
    },
    {
      of,
      actions: /^ecs:RunTask$/,
      on: exactly(`arn:<AWS::Partition>:ecs:${HERE}:task-definition/${prefix}ServiceCheck*`),
    },
    {
      of,
      actions: /^iam:PassRole$/,
      on: exactly(`arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${prefix}Service-Check*`),
      when: exactly('StringEquals=iam:PassedToService=ecs-tasks.amazonaws.com'),
    },
    {
      of,
      actions: /^logs:FilterLogEvents$/,
      on: exactly(`arn:<AWS::Partition>:logs:${HERE}:log-group:${names.logGroup('service')}:*`),
    },
    { of, actions: /^secretsmanager:GetSecretValue$/, on: exactly(releaseKey) },
    {
      of,
      actions: /^kms:Decrypt$/,
      on: exactly(`arn:<AWS::Partition>:kms:${HERE}:key/*`),
      when: exactly(
        `StringEquals=kms:ViaService=secretsmanager.<AWS::Region>.amazonaws.com StringLike=kms:EncryptionContext:SecretARN=${releaseKey}`,
      ),
    },
    {
      of,
      actions: /^sts:AssumeRoleWithWebIdentity$/,
      on: NOBODY,
      to: new RegExp(PROVIDER),
      when: exactly(
        `StringEquals=${TRUST}:aud=sts.amazonaws.com ${TRUST}:sub=repo:<GitHubRepository>:environment:${stage}`,
      ),
    },
    {
      of: exactly(former),
      actions:
        /^(application-autoscaling|cloudtrail|cloudwatch|dynamodb|ec2|ecr|ecs|elasticloadbalancing|events|kms|logs|s3|secretsmanager|sns|wafv2):\*$/,
      on: /^\*$/,
      when: exactly('StringEquals=aws:RequestedRegion=<AWS::Region>'),
    },
    {
      of: exactly(former),
      actions:
        /^iam:((Create|Delete|Get|Tag|Untag|Update)Role|(Delete|Get|Put)RolePolicy|List(Attached)?RolePolicies|UpdateAssumeRolePolicy)$/,
      on: anyRole,
    },
    {
      of: exactly(former),
      actions: /^iam:PassRole$/,
      on: anyRole,
      when: exactly(
        'StringEquals=iam:PassedToService=ecs-tasks.amazonaws.com vpc-flow-logs.amazonaws.com',
      ),
    },
    {
      of: exactly(former),
      actions: /^iam:CreateServiceLinkedRole$/,
      on: exactly('arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-service-role/*'),
      when: /^StringEquals=iam:AWSServiceName=contributorinsights\.dynamodb\.amazonaws\.com ecs\.amazonaws\.com ecs\.application-autoscaling\.amazonaws\.com elasticloadbalancing\.amazonaws\.com wafv2\.amazonaws\.com$/,
    },
    {
      of: exactly(former),
      actions: /^sts:AssumeRole$/,
      on: NOBODY,
      to: exactly('Service=cloudformation.amazonaws.com'),
      when: exactly(
        `StringEquals=aws:SourceAccount=<AWS::AccountId> ArnLike=aws:SourceArn=${stacks.map(stack).join(' ')}`,
      ),
    },
  ];
}
