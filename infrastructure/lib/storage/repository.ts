import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';

const KEPT_RELEASES = 50;

/** Images: scanned when pushed, a tag never changes its meaning, old ones are removed. */
export function createRepository(scope: Construct, id: string, name: string): Repository {
  return new Repository(scope, id, {
    repositoryName: name,
    imageScanOnPush: true,
    imageTagMutability: TagMutability.IMMUTABLE,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        description: 'Untagged images go after 14 days',
        tagStatus: TagStatus.UNTAGGED,
        maxImageAge: Duration.days(14),
      },
      {
        // A release is one tagged index and several untagged images, which stay as long as it.
        description: `The last ${KEPT_RELEASES} releases stay`,
        tagStatus: TagStatus.TAGGED,
        tagPatternList: ['*'],
        maxImageCount: KEPT_RELEASES,
      },
    ],
  });
}
