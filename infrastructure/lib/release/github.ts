import { CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import { CfnOIDCProvider, type IPrincipal, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/** Makes principals of jobs on GitHub, each of one repository and of one place in it. */
export interface GitHub {
  /** Jobs that run for a version tag. */
  versionTags(): IPrincipal;
  /** Jobs in an environment, which may ask for the approval of people. */
  environment(name: string): IPrincipal;
}

/** Trust in GitHub's tokens. An account has one provider for them, so one that is there is taken. */
export function trustGitHub(scope: Construct): GitHub {
  const repository = new CfnParameter(scope, 'GitHubRepository', {
    description: 'The repository on GitHub, as OWNER/NAME',
    allowedPattern: '^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$',
    constraintDescription: 'must be OWNER/NAME',
  }).valueAsString;
  const provider = providerArn(scope);
  const audience = { [`${ISSUER}:aud`]: AUDIENCE };
  const subject = (place: string) => ({ [`${ISSUER}:sub`]: `repo:${repository}:${place}` });
  const jobs = (conditions: Record<string, object>) =>
    new WebIdentityPrincipal(provider, conditions);
  return {
    versionTags: () => jobs({ StringEquals: audience, StringLike: subject('ref:refs/tags/v*') }),
    environment: (name) =>
      jobs({ StringEquals: { ...audience, ...subject(`environment:${name}`) } }),
  };
}

function providerArn(scope: Construct): string {
  const existing = new CfnParameter(scope, 'OidcProviderArn', {
    description: 'The provider of this account for GitHub; empty to make it',
    default: '',
    allowedPattern:
      '^(arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token[.]actions[.]githubusercontent[.]com)?$',
    constraintDescription: 'must be the ARN of the provider for GitHub, or empty',
  }).valueAsString;
  const isMissing = new CfnCondition(scope, 'MakesProvider', {
    expression: Fn.conditionEquals(existing, ''),
  });
  const provider = new CfnOIDCProvider(scope, 'Provider', {
    url: `https://${ISSUER}`,
    clientIdList: [AUDIENCE],
  });
  provider.cfnOptions.condition = isMissing;
  return Fn.conditionIf(isMissing.logicalId, provider.attrArn, existing).toString();
}
