import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';

const KEPT_IMAGES = 50;

/** The images: scanned when pushed, a tag never changes its meaning, old ones are removed. */
export function createRepository(scope: Construct): Repository {
  return new Repository(scope, 'Repository', {
    repositoryName: 'dynamodb-mcp-server',
    imageScanOnPush: true,
    imageTagMutability: TagMutability.IMMUTABLE,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        description: 'Untagged images go after 14 days',
        tagStatus: TagStatus.UNTAGGED,
        maxImageAge: Duration.days(14),
      },
      { description: `The last ${KEPT_IMAGES} images stay`, maxImageCount: KEPT_IMAGES },
    ],
  });
}
