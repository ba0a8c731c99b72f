import { expect, test } from 'vitest';
import { collectorConfig } from '../../infrastructure/lib/service/collector-config.ts';
import { INSTRUMENTS } from '../../src/observability/telemetry/instruments.ts';

test('the collector passes on metrics that there are, by labels that they have', () => {
  const { exporters } = collectorConfig({ region: 'us-east-1', logGroup: 'metrics' });
  const instruments = Object.values(INSTRUMENTS);

  for (const { metric_name_selectors, dimensions } of exporters.awsemf.metric_declarations) {
    const [selector = ''] = metric_name_selectors;
    const found = instruments.find(({ name }) => new RegExp(selector).test(name));
    expect(found?.labels, selector).toEqual(expect.arrayContaining(dimensions.flat()));
  }
});
