import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Metrics } from './metrics.ts';

const FULL_WIDTH = 24;

/** One page from the callers down to the table: alarms, requests, tasks, capacity, throttling. */
export function createDashboard(scope: Construct, metrics: Metrics, alarms: Alarm[]): void {
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: FULL_WIDTH / 3 });
  new Dashboard(scope, 'Dashboard', {
    dashboardName: 'dynamodb-mcp',
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH, height: 3 })],
      [
        graph('Requests a minute', [metrics.requests]),
        graph('Errors a minute', [metrics.targetErrors, metrics.loadBalancerErrors]),
        graph('Time to answer in seconds', [metrics.latencyMedian, metrics.latency99]),
      ],
      [
        graph('CPU and memory in %', [metrics.cpu, metrics.memory]),
        graph('Tasks', [metrics.runningTasks, metrics.unhealthyTasks], [metrics.stoppedTasks]),
        graph('Faults of DynamoDB', [metrics.systemErrors]),
      ],
      [
        graph('Read units a minute', [metrics.tableReads, metrics.indexReads]),
        graph('Write units a minute', [metrics.tableWrites, metrics.indexWrites]),
        graph('Throttled calls a minute', [
          metrics.tableReadThrottles,
          metrics.tableWriteThrottles,
          metrics.indexReadThrottles,
          metrics.indexWriteThrottles,
        ]),
      ],
    ],
  });
}
