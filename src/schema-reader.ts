import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { withCall } from './dynamodb/calls/call.ts';
import type { Gateway } from './dynamodb/gateway.ts';
import type { TableSchema } from './dynamodb/tables/table-schema.ts';
import { ServiceError } from './errors.ts';

const PATIENCE_MS = 2_000;

/**
 * Reads the schemas of all tables, the default one's first, for whoever can do without: undefined
 * where one is not to be had soon.
 */
export function createSchemaReader(
  gateway: Gateway,
  log: Logger,
): () => Promise<(TableSchema | undefined)[]> {
  const readers = gateway.tableNames.map((name) => createReader(gateway.at(name), log));
  return () => Promise.all(readers.map((read) => read()));
}

function createReader(gateway: Gateway, log: Logger): () => Promise<TableSchema | undefined> {
  return async () => {
    const options = {
      requestId: randomUUID(),
      caller: 'schema',
      isProbe: true,
      deadlineMs: PATIENCE_MS,
      log,
    };
    try {
      return await withCall(options, (call) => gateway.schema(call));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      log.warn(
        { code: error.code, table: gateway.tableName },
        'The tools are listed without the keys of the table',
      );
      return undefined;
    }
  };
}
