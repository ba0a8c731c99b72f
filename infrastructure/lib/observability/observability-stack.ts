import { Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { ServiceStack } from '../service/service-stack.ts';
import type { Settings } from '../settings/settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { createAlarms } from './alarms.ts';
import { recordDataEvents } from './data-events.ts';
import { countLogLines } from './log-metrics.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { recordStoppedTasks } from './stopped-tasks.ts';

interface ObservabilityStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
  service: ServiceStack;
}

/** What tells people that something is wrong. */
export class ObservabilityStack extends Stack {
  readonly metrics: Metrics;
  readonly alarmNames: string[];

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { settings, storage, service } = props;
    const names = namesOf(settings);
    const stoppedTasks = recordStoppedTasks(this, {
      name: names.prefix,
      clusterArn: service.cluster.clusterArn,
      logGroup: storage.logGroups.stoppedTasks,
    });
    countLogLines(this, storage.logGroups.service, names);
    this.metrics = createMetrics({ table: storage.table, service, stoppedTasks, names });
    const topic = Topic.fromTopicArn(this, 'AlarmTopic', storage.alarmTopic.topicArn);
    const action = new SnsAction(topic);
    this.alarmNames = createAlarms(this, { metrics: this.metrics, settings, action });
    if (settings.dataEvents) recordDataEvents(this, storage.table, settings);
  }
}
