import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { namesOf } from '../names.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * The rules that AWS manages, with those of each that are counted only: stored data may look like
 * anything and be long, callers are programs, and the service parses bodies strictly by itself.
 */
const MANAGED: Record<string, string[]> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: ['Log4JRCE_BODY', 'JavaDeserializationRCE_BODY'],
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
    'NoUserAgent_HEADER',
  ],
};

/** WAF in front of the load balancer: managed rules, a limit by address, and a log without keys. */
export function addFirewall(
  loadBalancer: ApplicationLoadBalancer,
  settings: Settings,
  log: ILogGroup | undefined,
): void {
  const { wafRateLimit: limit } = settings;
  if (limit === undefined || !log) return;
  const stack = Stack.of(loadBalancer);
  const { prefix } = namesOf(settings);
  const webAcl = new CfnWebACL(stack, 'WebAcl', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(prefix),
    rules: [
      {
        name: 'rate',
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
        },
        visibilityConfig: visibility(`${prefix}-rate`),
      },
      ...managedRules(prefix),
    ],
  });
  new CfnWebACLAssociation(stack, 'WebAclAssociation', {
    webAclArn: webAcl.attrArn,
    resourceArn: loadBalancer.loadBalancerArn,
  });
  new CfnLoggingConfiguration(stack, 'WebAclLog', {
    resourceArn: webAcl.attrArn,
    // Without the `:*` that CDK puts behind the ARN of a log group.
    logDestinationConfigs: [
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: log.logGroupName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    redactedFields: [{ singleHeader: { Name: 'authorization' } }],
  });
}

function managedRules(prefix: string): CfnWebACL.RuleProperty[] {
  return Object.entries(MANAGED).map(([name, counted], index) => ({
    name,
    priority: index + 1,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(`${prefix}-${name}`),
  }));
}

function visibility(metricName: string) {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
