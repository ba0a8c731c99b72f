import { randomUUID } from 'node:crypto';
import { createInvoker } from '../../app.ts';
import { type LocalOptions, openBackend } from '../../backend.ts';
import { EXPORT, IMPORT, readParameters } from '../../bulk/parameters.ts';
import { type BulkCaller, createToolCalls } from '../../bulk/tool-calls.ts';
import { createBulkService } from '../../bulk-service.ts';
import type { Config } from '../../config.ts';
import { createLogger } from '../../observability/logger.ts';
import { toolsFor } from '../../tools/registry.ts';
import type { BulkService } from './service.ts';

const TOLD_EVERY_MS = 250;

/** The configured table, or the embedded one: whoever has its credentials needs no role. */
export async function openDirect(
  config: Config,
  local: LocalOptions | undefined,
): Promise<BulkService> {
  const log = createLogger({ level: 'error', environment: config.ENVIRONMENT }, 2);
  const backend = await openBackend(config, local, log);
  const { gateway } = backend;
  const invoke = createInvoker(config, gateway, log, {});
  const bulk = createBulkService(config, gateway, log, { invoke });
  const caller: BulkCaller = {
    principal: { name: 'command line', share: 'command line' },
    requestId: randomUUID(),
  };
  return {
    sizeOf: async (table) => {
      const calls = createToolCalls(invoke, toolsFor(gateway.tableNames), caller);
      const input = table === undefined ? {} : { table };
      const { output } = await calls.run('describe_table', input);
      return { items: Number(output.item_count), bytes: Number(output.size_bytes) };
    },
    export: async function* (parameters, ending) {
      const { pages } = await bulk.export(
        readParameters(EXPORT, parameters, 'an export'),
        caller,
        ending,
      );
      yield* pages;
    },
    import: async (parameters, lines, events, ending) => {
      const request = readParameters(IMPORT, parameters, 'an import');
      const running = await bulk.import(request, caller, { ending, report: events.failed });
      const timer = setInterval(() => events.progress(running.state), TOLD_EVERY_MS);
      try {
        const failure = await running.run(lines);
        return { state: running.state, failure };
      } finally {
        clearInterval(timer);
      }
    },
    close: () => backend.close(),
  };
}
