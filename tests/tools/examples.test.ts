import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLE_ITEMS } from '../../src/local/sample-items.ts';
import { batchWriteItem } from '../../src/tools/batch-write-item.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
  await service.call(batchWriteItem.name, { put: SAMPLE_ITEMS });
});

afterAll(() => service.close());

const cases = TOOLS.flatMap((tool) => tool.examples.map((example) => ({ tool, ...example })));

test.each(cases)('$tool.name: $summary', async ({ tool, request }) => {
  const reply = await service.call(tool.name, request);
  const { success, ...output } = reply.body;

  expect(reply.text).toContain('"success":true');
  expect(success).toBe(true);
  expect(tool.output.safeParse(output).error).toBeUndefined();
  if (output.count !== undefined) expect(output.count).toBeGreaterThan(0);
});
