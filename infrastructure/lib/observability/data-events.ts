import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { createLogBucket } from '../log-bucket.ts';

const TRAIL_NAME = 'dynamodb-mcp-table';

/** Records who called what on the table: each call on items, with its keys, never with items. */
export function recordDataEvents(stack: Stack, table: ITable): void {
  const bucket = createLogBucket(stack, 'Trail');
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const trailArn = stack.formatArn({
    service: 'cloudtrail',
    resource: 'trail',
    resourceName: TRAIL_NAME,
  });
  const fromTrail = { 'aws:SourceArn': trailArn };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TrailChecks',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: fromTrail },
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TrailWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(stack).account}/*`)],
      conditions: {
        StringEquals: { ...fromTrail, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    }),
  );
  const trail = new CfnTrail(stack, 'DataEvents', {
    trailName: TRAIL_NAME,
    s3BucketName: bucket.bucketName,
    isLogging: true,
    enableLogFileValidation: true,
    advancedEventSelectors: [
      {
        name: 'Calls on the table',
        fieldSelectors: [
          { field: 'eventCategory', equalTo: ['Data'] },
          { field: 'resources.type', equalTo: ['AWS::DynamoDB::Table'] },
          { field: 'resources.ARN', equalTo: [table.tableArn] },
        ],
      },
    ],
  });
  if (bucket.policy) trail.node.addDependency(bucket.policy);
}
