import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';

/** Blocks an address that sends more than this many requests in five minutes. */
export function limitRate(loadBalancer: ApplicationLoadBalancer, limit: number): void {
  const visibility = (metricName: string) => ({
    metricName,
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: false,
  });
  const webAcl = new CfnWebACL(loadBalancer.stack, 'WebAcl', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('dynamodb-mcp'),
    rules: [
      {
        name: 'rate',
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
        },
        visibilityConfig: visibility('dynamodb-mcp-rate'),
      },
    ],
  });
  new CfnWebACLAssociation(loadBalancer.stack, 'WebAclAssociation', {
    webAclArn: webAcl.attrArn,
    resourceArn: loadBalancer.loadBalancerArn,
  });
}
