import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { PULL_ACTIONS, TOKEN_ACTION } from '../start-actions.ts';
import { previewStatements } from './deploy-role.ts';
import type { GitHub } from './github.ts';
import { grant } from './grant.ts';
import type { StageStacks } from './stage-stacks.ts';

const PUSH_ACTIONS = [
  ...PULL_ACTIONS,
  'ecr:CompleteLayerUpload',
  'ecr:DescribeImages',
  'ecr:DescribeRepositories',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/** The role of a release before anybody approved it: pushes images, and sees what would change. */
export function createPublishRole(stack: Stack, github: GitHub, stages: StageStacks[]): Role {
  const role = new Role(stack, 'PublishRole', {
    roleName: 'dynamodb-mcp-publish',
    assumedBy: github.versionTags(),
  });
  const repositories = stages.map(({ arn, names }) =>
    arn('ecr', `repository/${names.repository('dynamodb-mcp-server')}`),
  );
  const statements = [
    new PolicyStatement({ sid: 'Images', actions: PUSH_ACTIONS, resources: repositories }),
    new PolicyStatement({ sid: 'Registry', actions: [TOKEN_ACTION], resources: ['*'] }),
    ...stages.flatMap(previewStatements),
  ];
  grant(role, statements, 'Stacks are known by their names, and a registry by nothing.');
  return role;
}
