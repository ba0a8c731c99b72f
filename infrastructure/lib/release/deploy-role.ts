import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { GitHub } from './github.ts';
import { grant } from './grant.ts';
import type { StageStacks } from './stage-stacks.ts';

/** Looks at stacks, and at what would change. */
const PREVIEW_ACTIONS = [
  'cloudformation:CreateChangeSet',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DescribeChangeSet',
  'cloudformation:DescribeEvents',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplate',
  'cloudformation:GetTemplateSummary',
  'cloudformation:ListStackResources',
];
const DEPLOY_ACTIONS = [
  ...PREVIEW_ACTIONS,
  'cloudformation:ExecuteChangeSet',
  'cloudformation:UpdateTerminationProtection',
];

/** Leave to ask CloudFormation what a change would do, which changes nothing. */
export function previewStatements(of: StageStacks): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: `Preview${of.stage}`,
      actions: PREVIEW_ACTIONS,
      resources: of.stacks,
    }),
    passToCloudFormation(of),
  ];
}

/** The role of a release in the environment of a stage: changes its stacks, and checks the service. */
export function createDeployRole(stack: Stack, github: GitHub, of: StageStacks): Role {
  const { names, arn, globalArn } = of;
  const service = names.stack('Service');
  const role = new Role(stack, `${names.stack('')}DeployRole`, {
    roleName: `${names.prefix}-deploy`,
    assumedBy: github.environment(of.stage),
  });
  const allow = (sid: string, actions: string[], resources: string[], conditions = {}) =>
    new PolicyStatement({ sid, actions, resources, conditions });
  const releaseKey = arn('secretsmanager', `secret:${names.prefix}-release-key-*`);
  const statements = [
    allow('Stacks', DEPLOY_ACTIONS, of.stacks),
    passToCloudFormation(of),
    allow('SeeTaskDefinitions', ['ecs:DescribeTaskDefinition'], ['*']),
    allow(
      'SeeTasks',
      ['ecs:DescribeServices', 'ecs:DescribeTasks'],
      [arn('ecs', `service/${service}-*`), arn('ecs', `task/${service}-*`)],
    ),
    allow('RunCheck', ['ecs:RunTask'], [arn('ecs', `task-definition/${service}Check*`)]),
    allow('PassCheck', ['iam:PassRole'], [globalArn('iam', `role/${service}-Check*`)], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
    allow(
      'ReadLog',
      ['logs:FilterLogEvents'],
      [arn('logs', `log-group:${names.logGroup('service')}:*`)],
    ),
    allow('ReadReleaseKey', ['secretsmanager:GetSecretValue'], [releaseKey]),
    allow('DecryptReleaseKey', ['kms:Decrypt'], [arn('kms', 'key/*')], {
      StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` },
      StringLike: {
        'kms:EncryptionContext:SecretARN': releaseKey,
      },
    }),
  ];
  grant(role, statements, 'The stage is known by the beginning of its names.');
  return role;
}

function passToCloudFormation({ stage, globalArn, executionRoleName }: StageStacks) {
  return new PolicyStatement({
    sid: `PassCloudFormation${stage}`,
    actions: ['iam:PassRole'],
    resources: [globalArn('iam', `role/${executionRoleName}`)],
    conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
  });
}
