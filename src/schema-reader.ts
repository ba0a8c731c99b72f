import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { withCall } from './dynamodb/calls/call.ts';
import type { Gateway } from './dynamodb/gateway.ts';
import type { TableSchema } from './dynamodb/tables/table-schema.ts';
import { ServiceError } from './errors.ts';

const PATIENCE_MS = 2_000;

/** Reads the schema of a table by its name; undefined where there is no such table. Throws ServiceError. */
export type SchemaOf = (table: string | undefined) => Promise<TableSchema | undefined>;

/** The schemas of a gateway's tables; the default one's where none is named. */
export function createSchemaOf(gateway: Gateway, log: Logger): SchemaOf {
  return async (table = gateway.tableName) =>
    gateway.tableNames.includes(table) ? readSchema(gateway.at(table), log) : undefined;
}

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
    try {
      return await readSchema(gateway, log);
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

function readSchema(gateway: Gateway, log: Logger): Promise<TableSchema> {
  const options = {
    requestId: randomUUID(),
    caller: 'schema',
    isProbe: true,
    deadlineMs: PATIENCE_MS,
    log,
  };
  return withCall(options, (call) => gateway.schema(call));
}
