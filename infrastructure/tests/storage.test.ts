import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { only, stacksOf } from './support/stacks.ts';

const { Storage } = stacksOf('default');

test('the table is encrypted with its own key, restorable and protected', () => {
  const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^TableKey'), 'Arn'] };
  const insights = { Enabled: true, Mode: 'ACCESSED_AND_THROTTLED_KEYS' };

  Storage.hasResourceProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    },
    DeletionProtectionEnabled: true,
    TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    ContributorInsightsSpecification: insights,
    GlobalSecondaryIndexes: [Match.objectLike({ ContributorInsightsSpecification: insights })],
    OnDemandThroughput: Match.absent(),
  });
});

test('limits hold for the table and for its index', () => {
  const limits = { MaxReadRequestUnits: 1_000, MaxWriteRequestUnits: 500 };

  stacksOf('with limits').Storage.hasResourceProperties('AWS::DynamoDB::Table', {
    OnDemandThroughput: limits,
    GlobalSecondaryIndexes: [Match.objectLike({ OnDemandThroughput: limits })],
  });
});

test('deleting the stack leaves all of it behind', () => {
  const resources = Object.entries<{ Type: string; DeletionPolicy?: string }>(
    Storage.toJSON().Resources,
  );
  const lost = resources.filter(
    ([, { Type, DeletionPolicy }]) =>
      Type !== 'AWS::S3::BucketPolicy' && DeletionPolicy !== 'Retain',
  );

  expect(lost).toEqual([]);
});

test('keys are rotated', () => {
  Storage.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
});

test('logs are encrypted and have an end', () => {
  Storage.allResourcesProperties('AWS::Logs::LogGroup', {
    RetentionInDays: 90,
    KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OperationsKey'), 'Arn'] },
  });
});

test('images are scanned, and a tag never changes its meaning', () => {
  const repository = only(Storage, 'AWS::ECR::Repository');

  expect(repository).toMatchObject({
    ImageTagMutability: 'IMMUTABLE',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
  const { rules } = JSON.parse(repository.LifecyclePolicy.LifecyclePolicyText);
  // Of a release only the index has a tag: counting the images below it would end it early.
  expect(rules.map(({ selection }: { selection: unknown }) => selection)).toEqual([
    expect.objectContaining({ tagStatus: 'untagged', countNumber: 14 }),
    {
      tagStatus: 'tagged',
      tagPatternList: ['*'],
      countType: 'imageCountMoreThan',
      countNumber: 50,
    },
  ]);
});

test('the API keys are encrypted and made without a usable value', () => {
  const secret = only(Storage, 'AWS::SecretsManager::Secret');

  expect(secret.KmsKeyId).toBeDefined();
  expect(secret.SecretString).toBeUndefined();
  expect(secret.GenerateSecretString).toEqual({ ExcludePunctuation: true, PasswordLength: 32 });
});

test.each([
  ['access logs', stacksOf('default').Storage],
  ['data events', stacksOf('with data events').Observability],
])('the bucket of %s is private, encrypted and cleared', (_name, template) => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    LifecycleConfiguration: {
      Rules: [Match.objectLike({ ExpirationInDays: 365, Status: 'Enabled' })],
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    },
  });
});
