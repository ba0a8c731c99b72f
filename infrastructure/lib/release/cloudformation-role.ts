import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { grant } from './grant.ts';
import type { StageStacks } from './stage-stacks.ts';

/** Services whose resources the stacks are made of; what is named here is used by some setting. */
const SERVICES = [
  'application-autoscaling',
  'cloudtrail',
  'cloudwatch',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'elasticloadbalancing',
  'events',
  'kms',
  'logs',
  's3',
  'secretsmanager',
  'sns',
  'wafv2',
];

/** What would lose what is kept, whatever a template says. */
const NEVER = [
  'dynamodb:DeleteBackup',
  'dynamodb:DeleteTable',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'ecr:DeleteRepository',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  'logs:DeleteLogGroup',
  's3:DeleteBucket',
  's3:GetObject',
  's3:DeleteObject',
  'secretsmanager:DeleteSecret',
];

const ROLE_ACTIONS = [
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:PutRolePolicy',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
];

/** Who the roles of the stacks are passed to. */
const RUNNERS = ['ecs-tasks.amazonaws.com', 'vpc-flow-logs.amazonaws.com'];
/** Services that act by roles of their own, which are made at their first use. */
const LINKED = [
  'contributorinsights.dynamodb.amazonaws.com',
  'ecs.amazonaws.com',
  'ecs.application-autoscaling.amazonaws.com',
  'elasticloadbalancing.amazonaws.com',
  'wafv2.amazonaws.com',
];

/**
 * The role with which CloudFormation changes a stage: the services that the stacks are made of, in
 * this region, and the roles of the stacks by their names. It reads no item and deletes nothing that
 * is kept; everything in a template is what a person has approved.
 */
export function createCloudFormationRole(stack: Stack, of: StageStacks): Role {
  const role = new Role(stack, `${of.names.stack('')}CloudFormationRole`, {
    roleName: of.executionRoleName,
    assumedBy: new ServicePrincipal('cloudformation.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': of.stacks },
      },
    }),
  });
  const allow = (sid: string, actions: string[], resources: string[], conditions = {}) =>
    new PolicyStatement({ sid, actions, resources, conditions });
  const statements = [
    allow(
      'Resources',
      SERVICES.map((service) => `${service}:*`),
      ['*'],
      { StringEquals: { 'aws:RequestedRegion': stack.region } },
    ),
    allow('Roles', ROLE_ACTIONS, of.roles),
    allow('PassRoles', ['iam:PassRole'], of.roles, {
      StringEquals: { 'iam:PassedToService': RUNNERS },
    }),
    allow(
      'LinkedRoles',
      ['iam:CreateServiceLinkedRole'],
      [of.globalArn('iam', 'role/aws-service-role/*')],
      { StringEquals: { 'iam:AWSServiceName': LINKED } },
    ),
    new PolicyStatement({ sid: 'Kept', effect: Effect.DENY, actions: NEVER, resources: ['*'] }),
  ];
  grant(role, statements, 'What it may change is known by service and region, roles by the stack.');
  return role;
}
