import { CfnOutput } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';
import { createLogGroup } from './log-groups.ts';
import { createRepository } from './repository.ts';

/** What a collector needs that must be there before it runs. */
export interface CollectorStorage {
  /** Its image, since tasks reach no public registry. */
  readonly repository: Repository;
  /** What it writes metrics to. */
  readonly metrics: LogGroup;
}

/** The storage of a collector; undefined where none is asked for. */
export function createCollectorStorage(
  scope: Construct,
  encryptionKey: IKey,
  settings: Settings,
): CollectorStorage | undefined {
  if (!settings.collector) return undefined;
  const names = namesOf(settings);
  const repository = createRepository(
    scope,
    'CollectorRepository',
    names.repository('dynamodb-mcp-collector'),
  );
  new CfnOutput(scope, 'CollectorRepositoryUri', { value: repository.repositoryUri });
  return {
    repository,
    metrics: createLogGroup(scope, 'MetricsLog', {
      name: names.logGroup('metrics'),
      encryptionKey,
      retention: settings.logRetentionDays,
    }),
  };
}
