import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PRODUCTION } from '../names.ts';
import { createCloudFormationRole } from './cloudformation-role.ts';
import { createDeployRole } from './deploy-role.ts';
import { trustGitHub } from './github.ts';
import { createPublishRole } from './publish-role.ts';
import { stageStacks } from './stage-stacks.ts';

/** The stages that a release goes through, the last one after approval. */
const RELEASED = ['staging', PRODUCTION];

/** The roles of releases from GitHub, and the trust that they rest on. One for the stages of an account. */
export class ReleaseStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const github = trustGitHub(this);
    const stages = RELEASED.map((stage) => stageStacks(this, stage));
    const publish = createPublishRole(this, github, stages);
    new CfnOutput(this, 'PublishRoleArn', { value: publish.roleArn });
    for (const of of stages) {
      const name = of.names.stack('').replace('DynamodbMcp', '');
      const deploy = createDeployRole(this, github, of);
      const cloudFormation = createCloudFormationRole(this, of);
      new CfnOutput(this, `${name}DeployRoleArn`, { value: deploy.roleArn });
      new CfnOutput(this, `${name}CloudFormationRoleArn`, { value: cloudFormation.roleArn });
    }
  }
}
