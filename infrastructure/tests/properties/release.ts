import assert from 'node:assert/strict';
import type { Property } from './deployment.ts';
import { exactly, NOBODY, unmeant } from './grants.ts';
import { PROVIDER, stageGrants, TRUST } from './release-grants.ts';
import { count, is, require } from './requirements.ts';
import { statementsOf } from './statements.ts';

/** What holds for the roles of releases. */
export const RELEASE: Record<string, Property> = {
  'a release may do what it needs, in its own stage, and nothing more': (deployment) => {
    const known = [
      ...['staging', 'production'].flatMap(stageGrants),
      { of: /^PublishRole$/, actions: /^ecr:GetAuthorizationToken$/, on: /^\*$/ },
      {
        of: /^PublishRole$/,
        actions: /^sts:AssumeRoleWithWebIdentity$/,
        on: NOBODY,
        to: new RegExp(PROVIDER),
        when: exactly(
          `StringEquals=${TRUST}:aud=sts.amazonaws.com StringLike=${TRUST}:sub=repo:<GitHubRepository>:ref:refs/tags/v*`,
        ),
      },
    ];
    const found = statementsOf(deployment)
      .filter(({ stack, allows }) => allows && stack === 'DynamodbMcpRelease')
      .flatMap((statement) => unmeant(statement, known));

    assert.deepEqual(found, []);
  },

  'CloudFormation deletes nothing that is kept, and reads no data': (deployment) => {
    const kept = [
      ...['dynamodb:DeleteTable', 'dynamodb:DeleteBackup', 'dynamodb:GetItem', 'dynamodb:Scan'],
      ...['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      ...['ecr:DeleteRepository', 'kms:DisableKey', 'kms:ScheduleKeyDeletion'],
      ...['logs:DeleteLogGroup', 's3:DeleteBucket', 's3:GetObject', 's3:DeleteObject'],
      'secretsmanager:DeleteSecret',
    ].sort();
    const denied = statementsOf(deployment).filter(
      ({ stack, allows, resources, condition }) =>
        stack === 'DynamodbMcpRelease' && !allows && resources.join() === '*' && condition === '',
    );

    assert.deepEqual(
      denied.map(({ of, actions }) => [of, actions.sort()]),
      [
        ['DynamodbMcpStagingCloudFormationRole', kept],
        ['DynamodbMcpCloudFormationRole', kept],
      ],
    );
  },

  'every role of a release has its permissions': (deployment) => {
    const holders = statementsOf(deployment)
      .filter(({ type, stack }) => type === 'AWS::IAM::Policy' && stack === 'DynamodbMcpRelease')
      .map(({ of }) => of);

    assert.deepEqual([...new Set(holders)].sort(), [
      ...['DynamodbMcpCloudFormationRole', 'DynamodbMcpDeployRole'],
      ...['DynamodbMcpStagingCloudFormationRole', 'DynamodbMcpStagingDeployRole', 'PublishRole'],
    ]);
  },

  'one provider is trusted, for one audience': (deployment) => {
    count(deployment, { 'AWS::IAM::OIDCProvider': 1 });
    require(deployment, 'AWS::IAM::OIDCProvider', [
      ['Url', is('https://token.actions.githubusercontent.com')],
      ['ClientIdList', is('sts.amazonaws.com')],
    ]);
  },
};
