import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { QUERIES } from './log-queries.ts';
import type { Metrics } from './metrics.ts';

const FULL_WIDTH = 24;

/** What the dashboard shows. */
export interface DashboardOptions {
  name: string;
  metrics: Metrics;
  alarms: IAlarm[];
  logGroup: LogGroup;
}

/** One page from the callers down to the table: alarms, requests, tools, tasks, capacity, throttling. */
export function createDashboard(
  scope: Construct,
  { name, metrics, alarms, logGroup }: DashboardOptions,
): void {
  const { log } = metrics;
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: FULL_WIDTH / 3 });
  new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH, height: 3 })],
      [
        graph('Requests a minute', [metrics.requests]),
        graph('Errors a minute', [metrics.targetErrors, metrics.loadBalancerErrors]),
        graph('Time to answer in seconds', [metrics.latencyMedian, metrics.latency99]),
      ],
      [
        graph('Calls a minute, by tool', [log.callsByTool]),
        graph('Milliseconds of a call, by tool', [log.medianByTool, log.slowestByTool]),
        graph('Capacity units a minute, by tool', [log.capacityByTool]),
      ],
      [
        graph('Faults a minute, by tool', [log.faultsByTool]),
        graph('Failures and refusals a minute, by code', [log.failuresByCode]),
        graph('Log lines dropped a minute', [log.droppedLines]),
      ],
      Object.entries(QUERIES).map(
        ([title, queryLines]) =>
          new LogQueryWidget({
            title,
            logGroupNames: [logGroup.logGroupName],
            queryLines,
            view: LogQueryVisualizationType.TABLE,
            width: FULL_WIDTH / 2,
          }),
      ),
      [
        graph('CPU and memory in %', [metrics.cpu, metrics.memory]),
        graph(
          'Tasks',
          [metrics.runningTasks, metrics.healthyTasks, metrics.unhealthyTasks],
          [metrics.stoppedTasks],
        ),
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
