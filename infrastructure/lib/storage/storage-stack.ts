import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { createAccessLogBucket } from './access-log-bucket.ts';
import { type CollectorStorage, createCollectorStorage } from './collector-storage.ts';
import { createOperationsKey, createTableKey } from './keys.ts';
import { createLogGroups, type LogGroups } from './log-groups.ts';
import { createRepository } from './repository.ts';
import { createSecrets } from './secrets.ts';
import { createTable } from './table.ts';

interface StorageStackProps extends StackProps {
  settings: Settings;
}

/** Everything that holds data and outlives the rest; deleting the stack leaves all of it behind. */
export class StorageStack extends Stack {
  readonly tableKey: Key;
  readonly table: Table;
  readonly operationsKey: Key;
  readonly repository: Repository;
  /** By the variables of the tasks that they are the values of. */
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly logGroups: LogGroups;
  readonly accessLogs: Bucket;
  readonly collector: CollectorStorage | undefined;

  constructor(scope: Construct, id: string, { settings, ...props }: StorageStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.tableKey = createTableKey(this);
    this.table = createTable(this, settings, this.tableKey);
    this.operationsKey = createOperationsKey(this);
    this.repository = createRepository(this, 'Repository', 'dynamodb-mcp-server');
    this.secrets = createSecrets(this, this.operationsKey, settings);
    this.logGroups = createLogGroups(this, this.operationsKey, settings.logRetentionDays);
    this.accessLogs = createAccessLogBucket(this);
    this.collector = createCollectorStorage(this, this.operationsKey, settings);
    new CfnOutput(this, 'RepositoryUri', { value: this.repository.repositoryUri });
  }
}

/** The repositories of all images that a task runs. */
export function imageRepositories({ repository, collector }: StorageStack): Repository[] {
  return [repository, ...(collector ? [collector.repository] : [])];
}
