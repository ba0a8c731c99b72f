import type { Logger } from 'pino';
import type { OpenAccess } from './access/open-access.ts';
import { type Bulk, createBulk } from './bulk/bulk.ts';
import type { Config } from './config.ts';
import type { Gateway } from './dynamodb/gateway.ts';
import { createSchemaOf } from './schema-reader.ts';
import type { Invoke } from './tools/invoke.ts';
import { toolsFor } from './tools/registry.ts';

/** Exports and imports of a gateway's tables, by the tools that `invoke` runs. */
export function createBulkService(
  config: Pick<Config, 'REQUEST_DEADLINE_MS'>,
  gateway: Gateway,
  log: Logger,
  { invoke, access }: { invoke: Invoke; access?: OpenAccess | undefined },
): Bulk {
  return createBulk({
    tools: toolsFor(gateway.tableNames),
    invoke,
    deadlineMs: config.REQUEST_DEADLINE_MS,
    schemaOf: createSchemaOf(gateway, log),
    confirms: (...asked) => access?.control.confirms(...asked) ?? false,
  });
}
