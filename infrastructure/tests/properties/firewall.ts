import assert from 'node:assert/strict';
import { type Property, valuesAt } from './deployment.ts';
import { is, like, require } from './requirements.ts';

/** What holds for WAF, where it is asked for. */
export const FIREWALL: Record<string, Property> = {
  'WAF blocks by address and by the rules that AWS manages, and its log holds no key': (
    deployment,
  ) => {
    require(deployment, 'AWS::WAFv2::WebACL', [
      ['Scope', is('REGIONAL')],
      ['DefaultAction.Allow', is({})],
    ]);
    for (const { properties } of deployment.of('AWS::WAFv2::WebACL')) {
      const [rate, ...managed] = valuesAt(properties, 'Rules[]');
      assert.equal(JSON.stringify(valuesAt(rate, 'Action')[0]), '{"Block":{}}');
      const limits = valuesAt(rate, 'Statement.RateBasedStatement')[0];
      assert.deepEqual(limits, {
        AggregateKeyType: 'IP',
        EvaluationWindowSec: 300,
        Limit: deployment.settings.wafRateLimit,
      });
      assert.deepEqual(
        managed.map((rule) => [
          valuesAt(rule, 'Statement.ManagedRuleGroupStatement.Name')[0],
          JSON.stringify(valuesAt(rule, 'OverrideAction')[0]),
        ]),
        ['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet'].map((name) => [
          `AWSManagedRules${name}`,
          '{"None":{}}',
        ]),
      );
      // Data may look like anything; what is not data must not.
      const counted = valuesAt(
        properties,
        'Rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].Name',
      ).filter((name) => name !== undefined);
      assert.ok(counted.every((name) => /_BODY$|^NoUserAgent_HEADER$/.test(String(name))));
      assert.ok(counted.includes('SizeRestrictions_BODY'));
    }
    require(deployment, 'AWS::WAFv2::WebACL', [
      ['VisibilityConfig.CloudWatchMetricsEnabled', is(true)],
      ['VisibilityConfig.SampledRequestsEnabled', is(false)],
      ['Rules[].VisibilityConfig.CloudWatchMetricsEnabled', is(true)],
      ['Rules[].VisibilityConfig.SampledRequestsEnabled', is(false)],
    ]);
    require(deployment, 'AWS::WAFv2::WebACLAssociation', [
      ['ResourceArn', is('<LoadBalancer>')],
      ['WebACLArn', is('<WebAcl>')],
    ]);
    require(deployment, 'AWS::WAFv2::LoggingConfiguration', [
      ['ResourceArn', is('<WebAcl>')],
      ['LogDestinationConfigs', like(/log-group:<FirewallLog>$/)],
      ['RedactedFields[].SingleHeader.Name', is('authorization')],
    ]);
  },
};
