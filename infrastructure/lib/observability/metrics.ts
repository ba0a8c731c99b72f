import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ITable, Operation } from 'aws-cdk-lib/aws-dynamodb';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Names } from '../names.ts';
import type { ServiceStack } from '../service/service-stack.ts';
import { INDEX_NAME } from '../storage/table.ts';
import { createLogMetrics } from './log-metrics.ts';

const EACH_MINUTE = { period: Duration.minutes(1) };

const OPERATIONS = [
  Operation.BATCH_GET_ITEM,
  Operation.BATCH_WRITE_ITEM,
  Operation.DELETE_ITEM,
  Operation.GET_ITEM,
  Operation.PUT_ITEM,
  Operation.QUERY,
  Operation.SCAN,
  Operation.UPDATE_ITEM,
];

/** Every metric that an alarm watches or the dashboard shows, each minute. */
export type Metrics = ReturnType<typeof createMetrics>;

/** What the metrics are about. */
export interface MetricSources {
  table: ITable;
  service: ServiceStack;
  stoppedTasks: Metric;
  names: Names;
}

export function createMetrics({ table, service, stoppedTasks, names }: MetricSources) {
  const { loadBalancer, targets } = service;
  const sum = { ...EACH_MINUTE, statistic: 'Sum' };
  const onTable = { TableName: table.tableName };
  const onIndex = { ...onTable, GlobalSecondaryIndexName: INDEX_NAME };
  const dynamodb = (metricName: string, label: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace: 'AWS/DynamoDB', metricName, label, dimensionsMap, ...sum });
  const tasks = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      dimensionsMap: {
        ClusterName: service.cluster.clusterName,
        ServiceName: service.service.serviceName,
      },
      statistic,
      ...EACH_MINUTE,
    });
  const log = createLogMetrics(names);
  const requests = loadBalancer.metrics.requestCount({ ...sum, label: 'requests' });
  const targetErrors = loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, {
    ...sum,
    label: '5xx of the service',
  });
  const latency = (statistic: string) =>
    loadBalancer.metrics.targetResponseTime({ ...EACH_MINUTE, statistic, label: statistic });
  return {
    requests,
    targetErrors,
    targetErrorPercent: percentage(targetErrors, requests),
    loadBalancerErrors: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, {
      ...sum,
      label: '5xx of the load balancer',
    }),
    latencyMedian: latency('p50'),
    latency99: latency('p99'),
    unhealthyTasks: targets.metrics.unhealthyHostCount({ ...EACH_MINUTE, statistic: 'Maximum' }),
    healthyTasks: targets.metrics.healthyHostCount({ ...EACH_MINUTE, statistic: 'Minimum' }),
    runningTasks: tasks('RunningTaskCount', 'Minimum'),
    stoppedTasks: stoppedTasks.with({ ...EACH_MINUTE, label: 'tasks stopped' }),
    cpu: service.service.metricCpuUtilization(EACH_MINUTE),
    memory: service.service.metricMemoryUtilization({ ...EACH_MINUTE, statistic: 'Maximum' }),
    certificateDays: new Metric({
      namespace: 'AWS/CertificateManager',
      metricName: 'DaysToExpiry',
      dimensionsMap: { CertificateArn: service.certificateArn },
      statistic: 'Minimum',
      period: Duration.days(1),
    }),
    tableReads: dynamodb('ConsumedReadCapacityUnits', 'table reads', onTable),
    tableWrites: dynamodb('ConsumedWriteCapacityUnits', 'table writes', onTable),
    tableReadThrottles: dynamodb('ReadThrottleEvents', 'table reads', onTable),
    tableWriteThrottles: dynamodb('WriteThrottleEvents', 'table writes', onTable),
    indexReads: dynamodb('ConsumedReadCapacityUnits', 'index reads', onIndex),
    indexWrites: dynamodb('ConsumedWriteCapacityUnits', 'index writes', onIndex),
    indexReadThrottles: dynamodb('ReadThrottleEvents', 'index reads', onIndex),
    indexWriteThrottles: dynamodb('WriteThrottleEvents', 'index writes', onIndex),
    systemErrors: table.metricSystemErrorsForOperations({ operations: OPERATIONS, ...EACH_MINUTE }),
    refusedPercent: percentageOfMany(log.refusals, requests),
    log,
  };
}

/** The same count with zero for silence: an alarm on DynamoDB's own metrics would else never end. */
export function zeroIfSilent(count: IMetric): MathExpression {
  return new MathExpression({
    expression: 'FILL(count, 0)',
    usingMetrics: { count },
    label: 'with zero for silence',
    ...EACH_MINUTE,
  });
}

/** The share of one count in another, zero where there is none. */
function percentage(part: IMetric, whole: IMetric): MathExpression {
  return new MathExpression({
    expression: 'IF(whole > 0, 100 * FILL(part, 0) / whole, 0)',
    usingMetrics: { part, whole },
    label: '% of requests',
    ...EACH_MINUTE,
  });
}

/** A few refusals are everyday life, whatever their share. */
const MANY = 20;

/** The share of one count in another, zero where the count is not worth a look. */
function percentageOfMany(part: IMetric, whole: IMetric): MathExpression {
  return new MathExpression({
    expression: `IF(part > ${MANY}, 100 * part / whole, 0)`,
    usingMetrics: { part, whole },
    label: '% of requests',
    ...EACH_MINUTE,
  });
}
