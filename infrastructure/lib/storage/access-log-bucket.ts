import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { createLogBucket } from '../log-bucket.ts';

/** Where load balancers of this account put what they served, and nobody else puts anything. */
export function createAccessLogBucket(scope: Construct, days: number): Bucket {
  const bucket = createLogBucket(scope, 'AccessLogs', days);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LoadBalancers',
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(scope).account}/*`)],
    }),
  );
  return bucket;
}
