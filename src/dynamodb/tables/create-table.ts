import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { ErrorCode } from '../../errors.ts';
import { type ClientSettings, createBaseClient } from '../calls/client.ts';
import { storageError, translateFailure } from '../calls/exceptions.ts';
import { asFailure } from '../calls/failures.ts';
import { TABLE_DEFINITION } from './table-definition.ts';

/** How long the table may take to become usable. */
const MAX_CREATION_SECONDS = 120;
const ATTEMPT_MS = 10_000;
const PAUSE_MS = 1_000;

/**
 * Creates the table of the single-table design and waits until it can be used. Returns false, and
 * changes nothing, when a table of this name exists. Waits up to `waitMs` for a DynamoDB that is not
 * there yet. Throws ServiceError.
 */
export async function createTable(
  settings: ClientSettings,
  tableName: string,
  waitMs = 0,
): Promise<boolean> {
  const client = createBaseClient(settings);
  const giveUpAt = performance.now() + waitMs;
  try {
    for (;;) {
      try {
        return await createNow(client, tableName);
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

async function createNow(client: DynamoDBClient, tableName: string): Promise<boolean> {
  const command = new CreateTableCommand({ TableName: tableName, ...TABLE_DEFINITION });
  try {
    await client.send(command, { abortSignal: AbortSignal.timeout(ATTEMPT_MS) });
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    if (asFailure(error).name === 'AbortError') throw storageError('DeadlineExceeded', error);
    throw error;
  }
  await waitUntilTableExists(
    { client, maxWaitTime: MAX_CREATION_SECONDS, minDelay: 1, maxDelay: 5 },
    { TableName: tableName },
  );
  return true;
}
