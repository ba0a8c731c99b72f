import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { ServiceStack } from '../service/service-stack.ts';
import type { Settings } from '../settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { recordDataEvents } from './data-events.ts';
import { countLogLines } from './log-metrics.ts';
import { createMetrics } from './metrics.ts';
import { recordStoppedTasks } from './stopped-tasks.ts';

interface ObservabilityStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
  service: ServiceStack;
}

/** What tells people that something is wrong, and shows what it is. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { settings, storage, service } = props;
    const stoppedTasks = recordStoppedTasks(
      this,
      service.cluster.clusterArn,
      storage.logGroups.stoppedTasks,
    );
    countLogLines(this, storage.logGroups.service);
    const metrics = createMetrics(storage.table, service, stoppedTasks);
    const topic = createAlarmTopic(this, storage.operationsKey);
    const alarms = createAlarms(this, metrics, settings, new SnsAction(topic));
    createDashboard(this, metrics, alarms, storage.logGroups.service);
    if (settings.dataEvents) recordDataEvents(this, storage.table);
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
  }
}
