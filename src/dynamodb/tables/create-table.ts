import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { ErrorCode } from '../../errors.ts';
import { type ClientSettings, createBaseClient } from '../calls/client.ts';
import { storageError, translateFailure } from '../calls/exceptions.ts';
import { asFailure } from '../calls/failures.ts';
import { TABLE_DEFINITION, type TableDefinition } from './table-definition.ts';

/** How long the table may take to become usable. */
const MAX_CREATION_SECONDS = 120;
const ATTEMPT_MS = 10_000;
const PAUSE_MS = 1_000;

export interface CreateTableOptions {
  /** How long to wait for a DynamoDB that is not there yet, in milliseconds. */
  waitMs?: number;
  /** What to create; without it the table of the single-table design. */
  definition?: TableDefinition;
}

/**
 * Creates the table of the single-table design and waits until it can be used. Returns false, and
 * changes nothing, when a table of this name exists. Throws ServiceError.
 */
export async function createTable(
  settings: ClientSettings,
  tableName: string,
  { waitMs = 0, definition = TABLE_DEFINITION }: CreateTableOptions = {},
): Promise<boolean> {
  const client = createBaseClient(settings);
  const giveUpAt = performance.now() + waitMs;
  try {
    for (;;) {
      try {
        return await createNow(client, { TableName: tableName, ...definition });
      } catch (error) {
        const failure = translateFailure(error);
        if (!UNREACHABLE.has(failure.code) || performance.now() > giveUpAt) throw failure;
        await sleep(PAUSE_MS);
      }
    }
  } finally {
    client.destroy();
  }
}

const UNREACHABLE = new Set<ErrorCode>(['StorageUnavailable', 'DeadlineExceeded']);

async function createNow(client: DynamoDBClient, table: CreateTableCommandInput): Promise<boolean> {
  const command = new CreateTableCommand(table);
  try {
    await client.send(command, { abortSignal: AbortSignal.timeout(ATTEMPT_MS) });
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    if (asFailure(error).name === 'AbortError') throw storageError('DeadlineExceeded', error);
    throw error;
  }
  await waitUntilTableExists(
    { client, maxWaitTime: MAX_CREATION_SECONDS, minDelay: 1, maxDelay: 5 },
    { TableName: table.TableName },
  );
  return true;
}
