import assert from 'node:assert/strict';
import type { Property } from './deployment.ts';
import { grants, unmeant } from './grants.ts';
import { statementsOf } from './statements.ts';

/** What holds for all permissions but those of a release. */
export const ACCESS: Record<string, Property> = {
  'nobody may do anything that is not meant': (deployment) => {
    const known = grants(deployment);
    const found = statementsOf(deployment)
      .filter(({ stack, allows }) => allows && stack !== 'DynamodbMcpRelease')
      .flatMap((statement) => unmeant(statement, known));

    assert.deepEqual(found, []);
  },

  'every role, and all that takes a policy, has its own': (deployment) => {
    const { exposure, vpcId, existingTable } = deployment.settings;
    const isInternal = exposure === 'internal';
    const holders = statementsOf(deployment)
      .filter(({ type, stack }) => type !== 'AWS::IAM::Role' && stack !== 'DynamodbMcpRelease')
      .map(({ of }) => of);
    const expected = [
      ...['TaskRole', 'ExecutionRole', 'OperationsKey', 'AccessLogs', 'AlarmTopicPolicy'],
      'StoppedTasksDelivery',
      ...(isInternal ? ['CheckExecutionRole'] : []),
      ...(vpcId === undefined ? ['FlowLogRole'] : []),
      ...(existingTable ? [] : ['TableKey']),
    ];
    assert.deepEqual(
      expected.filter((name) => !holders.includes(name)),
      [],
    );
  },

  'every endpoint and bucket has a policy, and no role one of somebody else': (deployment) => {
    const holders = new Set(statementsOf(deployment).map(({ of }) => of));
    const bare = [...deployment.of('AWS::EC2::VPCEndpoint'), ...deployment.of('AWS::S3::Bucket')]
      .map(({ id }) => id)
      .filter((id) => !holders.has(id));
    const managed = deployment
      .of('AWS::IAM::Role')
      .filter(
        ({ properties }) =>
          properties.ManagedPolicyArns !== undefined || properties.Policies !== undefined,
      );

    assert.deepEqual([bare, managed], [[], []]);
  },
};
