import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { createLogBucket } from '../log-bucket.ts';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';

/** Who looks into who did what looks back further than who mends what broke. */
const TRAIL_DAYS = 365;

/** Records who called what on the table: each call on items, with its keys, never with items. */
export function recordDataEvents(stack: Stack, table: ITable, settings: Settings): void {
  const trailName = `${namesOf(settings).prefix}-table`;
  const bucket = createLogBucket(stack, 'Trail', TRAIL_DAYS);
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const trailArn = stack.formatArn({
    service: 'cloudtrail',
    resource: 'trail',
    resourceName: trailName,
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
    trailName,
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
