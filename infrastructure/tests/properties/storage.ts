import assert from 'node:assert/strict';
import { namesOf } from '../../lib/names.ts';
import { type Deployment, inWords, type Property, valuesAt } from './deployment.ts';
import { absent, asSet, between, count, is, like, require } from './requirements.ts';

const names = ({ settings }: Deployment) => namesOf(settings);

/** What holds for everything that is kept. */
export const STORAGE: Record<string, Property> = {
  'all that is kept is there': (deployment) => {
    const { existingTable, collector, accessPolicy, wafRateLimit, dataEvents } =
      deployment.settings;
    count(deployment, {
      'AWS::DynamoDB::Table': existingTable ? 0 : 1,
      'AWS::KMS::Key': existingTable ? 1 : 2,
      'AWS::ECR::Repository': collector ? 2 : 1,
      'AWS::SecretsManager::Secret': accessPolicy ? 4 : 2,
      'AWS::Logs::LogGroup': 3 + Number(collector) + Number(wafRateLimit !== undefined),
      'AWS::S3::Bucket': dataEvents ? 2 : 1,
      'AWS::S3::BucketPolicy': dataEvents ? 2 : 1,
      'AWS::SNS::Topic': 1,
      'AWS::SNS::TopicPolicy': 1,
    });
  },

  'what is kept outlives its stack, which cannot be deleted': (deployment) => {
    const storage = names(deployment).stack('Storage');
    const lost = deployment.resources.filter(
      ({ stack, type, isKept }) => stack === storage && !type.endsWith('Policy') && !isKept,
    );

    assert.deepEqual(lost, []);
    assert.ok(deployment.of('AWS::S3::Bucket').every(({ isKept }) => isKept));
    assert.ok(deployment.protectedStacks.includes(storage));
    assert.ok(deployment.protectedStacks.includes('DynamodbMcpRelease'));
  },

  'the table is encrypted with its own key, restorable, watched and protected': (deployment) => {
    require(deployment, 'AWS::DynamoDB::Table', [
      ['TableName', asSet(({ tableName }) => is(tableName))],
      ['BillingMode', is('PAY_PER_REQUEST')],
      ['SSESpecification.SSEEnabled', is(true)],
      ['SSESpecification.SSEType', is('KMS')],
      ['SSESpecification.KMSMasterKeyId', is('<TableKey>')],
      ['PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', is(true)],
      ['PointInTimeRecoverySpecification.RecoveryPeriodInDays', is(35)],
      ['DeletionProtectionEnabled', is(true)],
      ['TimeToLiveSpecification.Enabled', is(true)],
      ['TimeToLiveSpecification.AttributeName', is('expires_at')],
      ['ContributorInsightsSpecification.Enabled', is(true)],
      ['ContributorInsightsSpecification.Mode', is('ACCESSED_AND_THROTTLED_KEYS')],
      ['GlobalSecondaryIndexes[].ContributorInsightsSpecification.Enabled', is(true)],
      [
        'GlobalSecondaryIndexes[].ContributorInsightsSpecification.Mode',
        is('ACCESSED_AND_THROTTLED_KEYS'),
      ],
      ['GlobalSecondaryIndexes[].Projection.ProjectionType', is('ALL')],
      ...['', 'GlobalSecondaryIndexes[].'].flatMap(
        (of) =>
          [
            [
              `${of}OnDemandThroughput.MaxReadRequestUnits`,
              asSet(({ maxReadUnits }) => is(maxReadUnits)),
            ],
            [
              `${of}OnDemandThroughput.MaxWriteRequestUnits`,
              asSet(({ maxWriteUnits }) => is(maxWriteUnits)),
            ],
          ] as const,
      ),
    ]);
  },

  'keys are rotated': (deployment) => {
    require(deployment, 'AWS::KMS::Key', [
      ['EnableKeyRotation', is(true)],
      ['Enabled', like(/undefined|true/)],
    ]);
  },

  'images are scanned, a tag never changes its meaning, and old ones go': (deployment) => {
    require(deployment, 'AWS::ECR::Repository', [
      ['ImageTagMutability', is('IMMUTABLE')],
      ['ImageScanningConfiguration.ScanOnPush', is(true)],
    ]);
    for (const { properties } of deployment.of('AWS::ECR::Repository')) {
      const [text] = valuesAt(properties, 'LifecyclePolicy.LifecyclePolicyText');
      const { rules } = JSON.parse(String(text));
      // Of a release only the index has a tag: counting the images below it would end it early.
      assert.deepEqual(
        rules.map(({ selection }: { selection: Record<string, unknown> }) => [
          selection.tagStatus,
          selection.countType,
          Number(selection.countNumber) >= 14 && Number(selection.countNumber) <= 100,
        ]),
        [
          ['untagged', 'sinceImagePushed', true],
          ['tagged', 'imageCountMoreThan', true],
        ],
      );
    }
  },

  'secrets are encrypted and made as text that opens nothing': (deployment) => {
    require(deployment, 'AWS::SecretsManager::Secret', [
      ['KmsKeyId', is('<OperationsKey>')],
      ['SecretString', absent],
      ['GenerateSecretString.PasswordLength', between(32, 64)],
      ['GenerateSecretString.ExcludePunctuation', is(true)],
    ]);
  },

  'logs are encrypted and have the end that was asked for': (deployment) => {
    require(deployment, 'AWS::Logs::LogGroup', [
      ['KmsKeyId', is('<OperationsKey>')],
      ['RetentionInDays', asSet(({ logRetentionDays }) => is(logRetentionDays))],
      ['LogGroupName', (name, of) => like(new RegExp(`/?${names(of).prefix}(/|$)`))(name, of)],
    ]);
  },

  'buckets are private, encrypted, and cleared': (deployment) => {
    require(deployment, 'AWS::S3::Bucket', [
      [
        'BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm',
        is('AES256'),
      ],
      ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map(
        (block) => [`PublicAccessBlockConfiguration.${block}`, is(true)] as const,
      ),
      ['OwnershipControls.Rules[].ObjectOwnership', is('BucketOwnerEnforced')],
      ['VersioningConfiguration.Status', is('Enabled')],
      ['LifecycleConfiguration.Rules[].Status', is('Enabled')],
      [
        'LifecycleConfiguration.Rules[].AbortIncompleteMultipartUpload.DaysAfterInitiation',
        between(1, 7),
      ],
      ['LifecycleConfiguration.Rules[].NoncurrentVersionExpiration.NoncurrentDays', between(7, 90)],
    ]);
    const days = [['LifecycleConfiguration.Rules[].ExpirationInDays', is(365)]] as const;
    require(deployment, 'AWS::S3::Bucket', days, ({ id }) => id === 'Trail');
    require(deployment, 'AWS::S3::Bucket', [
      [
        'LifecycleConfiguration.Rules[].ExpirationInDays',
        asSet(({ logRetentionDays }) => is(logRetentionDays)),
      ],
    ], ({ id }) => id === 'AccessLogs');
  },

  'buckets and the topic refuse who comes without TLS': (deployment) => {
    for (const [type, denials] of [
      [
        'AWS::S3::BucketPolicy',
        ['Bool=aws:SecureTransport=false', 'NumericLessThan=s3:TlsVersion=1.2'],
      ],
      ['AWS::SNS::TopicPolicy', ['Bool=aws:SecureTransport=false']],
    ] as const) {
      for (const { id, properties } of deployment.of(type)) {
        const denied = valuesAt(properties, 'PolicyDocument.Statement[]')
          .filter((statement) => valuesAt(statement, 'Effect')[0] === 'Deny')
          .filter((statement) => {
            const [principal] = valuesAt(statement, 'Principal');
            return ['*', 'AWS=*'].includes(inWords(principal));
          })
          .filter((statement) =>
            /^(s3:\*|sns:Publish)$/.test(inWords(valuesAt(statement, 'Action'))),
          )
          .map((statement) => inWords(valuesAt(statement, 'Condition')[0]));
        assert.deepEqual(denied, [...denials], id);
      }
    }
  },

  'the topic is encrypted': (deployment) => {
    require(deployment, 'AWS::SNS::Topic', [['KmsMasterKeyId', is('<OperationsKey>')]]);
  },
};
