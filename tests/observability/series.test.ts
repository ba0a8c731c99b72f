import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelledCounter, LabelledHistogram } from '../../src/observability/telemetry/series.ts';

const label = fc.oneof(fc.constantFrom('a', 'b', 'a\nb', ''), fc.nat(3), fc.constant(undefined));

test('what is added is told under its labels, and absent labels not at all', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), label, label)), (added) => {
      const counter = new LabelledCounter(['one', 'other'] as const);
      const expected = new Map<string, number>();
      for (const [value, one, other] of added) {
        counter.add(value, one, other);
        const key = JSON.stringify({ one, other });
        expected.set(key, (expected.get(key) ?? 0) + value);
      }

      const told = counter.points.map(({ attributes, value }) => [
        JSON.stringify(attributes),
        value,
      ]);

      expect(told).toEqual([...expected]);
    }),
  );
});

test('a value counts under the first bound that it does not exceed', () => {
  const histogram = new LabelledHistogram([] as const, [1, 2]);
  for (const value of [0, 1, 1.5, 2, 3]) histogram.record(value);

  expect(histogram.points).toEqual([{ attributes: {}, counts: [2, 2, 1], sum: 7.5, count: 5 }]);
});

test('there are no more series than a bound, and nothing is lost beyond it', () => {
  const counter = new LabelledCounter(['name'] as const);
  for (let at = 0; at < 5_000; at++) counter.add(1, at);

  const { points } = counter;
  expect(points).toHaveLength(1_001);
  expect(points.at(-1)).toEqual({ attributes: { 'otel.metric.overflow': true }, value: 4_000 });
});
