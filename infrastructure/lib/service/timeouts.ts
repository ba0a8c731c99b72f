import { Duration } from 'aws-cdk-lib';

/**
 * Times that only work together: the server keeps idle connections longer than the load balancer,
 * and a task lives longer than the load balancer drains it, which is longer than any request.
 */
export const TIMEOUTS = {
  loadBalancerIdle: Duration.seconds(60),
  deregistration: Duration.seconds(30),
  stop: Duration.seconds(60),
  drainDelay: Duration.seconds(5),
} as const;
