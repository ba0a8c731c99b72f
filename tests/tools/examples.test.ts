import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOOLS } from '../../src/tools/registry.ts';
import { engineServes } from '../support/engine-has.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ table: await newSampleTable() });
});

afterAll(() => service.close());

const cases = TOOLS.filter(({ name }) => engineServes(name)).flatMap((tool) =>
  tool.examples.map((example) => ({ tool, ...example })),
);

test.each(cases)('$tool.name: $summary', async ({ tool, request }) => {
  const reply = await service.call(tool.name, request);
  const { success, ...output } = reply.body;

  expect(reply.text).toContain('"success":true');
  expect(success).toBe(true);
  expect(tool.output.safeParse(output).error).toBeUndefined();
  if (output.count !== undefined) expect(output.count).toBeGreaterThan(0);
});
