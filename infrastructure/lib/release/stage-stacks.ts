import type { Stack } from 'aws-cdk-lib';
import { type Names, namesOf } from '../names.ts';

/** The stacks of a stage, in the order of their deployment. */
const SUBJECTS = ['Storage', 'Network', 'Service', 'Observability', 'Dashboard'] as const;

/** How the roles of a release name what belongs to one stage, and to no other. */
export interface StageStacks {
  readonly stage: string;
  readonly names: Names;
  /** ARNs of the stacks themselves. */
  readonly stacks: string[];
  /** ARNs of the roles that the stacks make. */
  readonly roles: string[];
  /** The role with which CloudFormation changes the stage. */
  readonly executionRoleName: string;
  arn(service: string, resource: string): string;
  globalArn(service: string, resource: string): string;
}

export function stageStacks({ partition, region, account }: Stack, stage: string): StageStacks {
  const names = namesOf({ stage });
  const stackNames = SUBJECTS.map((subject) => names.stack(subject));
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const globalArn = (service: string, resource: string) =>
    `arn:${partition}:${service}::${account}:${resource}`;
  return {
    stage,
    names,
    stacks: stackNames.map((name) => arn('cloudformation', `stack/${name}/*`)),
    roles: stackNames.map((name) => globalArn('iam', `role/${name}-*`)),
    executionRoleName: `${names.prefix}-cloudformation`,
    arn,
    globalArn,
  };
}
