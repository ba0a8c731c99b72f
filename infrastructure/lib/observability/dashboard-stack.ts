import { Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { createDashboard } from './dashboard.ts';
import type { ObservabilityStack } from './observability-stack.ts';

interface DashboardStackProps extends StackProps {
  settings: Settings;
  storage: StorageStack;
  observability: ObservabilityStack;
}

/** The page for people to look at, apart from the alarms: together they would be too long. */
export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, props: DashboardStackProps) {
    super(scope, id, props);
    const { settings, storage, observability } = props;
    // By their names: an export for each would say the same at length.
    const alarms = observability.alarmNames.map((name) =>
      Alarm.fromAlarmName(this, `${name}Alarm`, name),
    );
    createDashboard(this, {
      name: namesOf(settings).prefix,
      metrics: observability.metrics,
      alarms,
      logGroup: storage.logGroups.service,
    });
    this.addStackDependency(observability);
  }
}
