import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';
import { createAccessLogBucket } from './access-log-bucket.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { type CollectorStorage, createCollectorStorage } from './collector-storage.ts';
import { createOperationsKey, createTableKey } from './keys.ts';
import { createLogGroups, type LogGroups } from './log-groups.ts';
import { createRepository } from './repository.ts';
import { createReleaseKey, createSecrets } from './secrets.ts';
import { createTable, existingTable } from './table.ts';

interface StorageStackProps extends StackProps {
  settings: Settings;
}

/** Everything that holds data and outlives the rest; deleting the stack leaves all of it behind. */
export class StorageStack extends Stack {
  /** Absent where it is AWS's own. */
  readonly tableKey: IKey | undefined;
  readonly table: ITable;
  readonly operationsKey: Key;
  readonly repository: Repository;
  /** By the variables of the tasks that they are the values of. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** The key with which a release calls the service. */
  readonly releaseKey: Secret;
  readonly logGroups: LogGroups;
  /** Where alarms go; who subscribed stays subscribed, whatever becomes of the alarms. */
  readonly alarmTopic: Topic;
  readonly accessLogs: Bucket;
  readonly collector: CollectorStorage | undefined;

  constructor(scope: Construct, id: string, { settings, ...props }: StorageStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const { table, tableKey } = settings.existingTable
      ? { table: existingTable(this, settings), tableKey: existingKey(this, settings) }
      : newTable(this, settings);
    this.table = table;
    this.tableKey = tableKey;
    this.operationsKey = createOperationsKey(this, settings);
    this.repository = createRepository(
      this,
      'Repository',
      namesOf(settings).repository('dynamodb-mcp-server'),
    );
    this.secrets = createSecrets(this, this.operationsKey, settings);
    this.releaseKey = createReleaseKey(this, this.operationsKey, namesOf(settings));
    this.logGroups = createLogGroups(this, this.operationsKey, settings);
    this.accessLogs = createAccessLogBucket(this, settings.logRetentionDays);
    this.alarmTopic = createAlarmTopic(this, this.operationsKey);
    this.collector = createCollectorStorage(this, this.operationsKey, settings);
    new CfnOutput(this, 'RepositoryUri', { value: this.repository.repositoryUri });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
  }
}

function newTable(scope: Construct, settings: Settings) {
  const tableKey = createTableKey(scope);
  return { table: createTable(scope, settings, tableKey), tableKey };
}

function existingKey(scope: Construct, { tableKeyArn }: Settings): IKey | undefined {
  return tableKeyArn === undefined ? undefined : Key.fromKeyArn(scope, 'TableKey', tableKeyArn);
}

/** The repositories of all images that a task runs. */
export function imageRepositories({ repository, collector }: StorageStack): Repository[] {
  return [repository, ...(collector ? [collector.repository] : [])];
}
