import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What the operator names at deployment; CloudFormation remembers it. */
export interface Parameters {
  imageTag: string;
  certificateArn: string;
  domainName: string;
}

export function createParameters(scope: Construct): Parameters {
  const parameter = (id: string, description: string, allowedPattern: string, rule: string) =>
    new CfnParameter(scope, id, { description, allowedPattern, constraintDescription: rule })
      .valueAsString;
  return {
    imageTag: parameter(
      'ImageTag',
      'Tag of the image in the repository',
      '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
      'must be the tag of an image',
    ),
    certificateArn: parameter(
      'CertificateArn',
      'ARN of the ACM certificate for the domain name, in this region',
      '^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$',
      'must be the ARN of a certificate in ACM',
    ),
    domainName: parameter(
      'DomainName',
      'Name by which clients call the service, as in the certificate',
      '^[a-z0-9-]+([.][a-z0-9-]+)+$',
      'must be a host name such as dynamodb.example.com',
    ),
  };
}
