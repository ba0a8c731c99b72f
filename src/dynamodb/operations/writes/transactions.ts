import { createHash } from 'node:crypto';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../../errors.ts';
import type { Call } from '../../calls/call.ts';
import { TOKENED_WRITE } from '../../calls/operation.ts';
import { replaceReservedWords } from '../../expressions/reserved-words.ts';
import type { Table } from '../../tables/table.ts';
import { cancelled, failuresOf } from '../cancelled.ts';
import type { Write } from './write.ts';

/** How a cancelled transaction is told. */
const WRITES = { list: 'operations', nothing: 'Nothing was written' };

const TOKEN_LENGTH = 36;
const OWNER = 'dynamodb-mcp-server';

/**
 * The token by which DynamoDB knows a repetition of a write for ten minutes: of a caller's own key,
 * in a space that other principals and other kinds of writes do not share.
 */
export function tokenOf(call: Call, space: string, key: string): string {
  const name = JSON.stringify([OWNER, call.principal, space, key]);
  return createHash('sha256').update(name).digest('base64url').slice(0, TOKEN_LENGTH);
}

/**
 * Does all writes or none of them, and them once for a token. Throws TransactionCanceled with the
 * reasons of the operations that failed, or what these have in common.
 */
export async function transact(
  table: Table,
  writes: readonly Write[],
  token: string,
  call: Call,
): Promise<void> {
  try {
    await send(table, writes, token, call);
  } catch (error) {
    const failures = failuresOf(error, writes, call);
    throw failures ? cancelled(failures, error, WRITES) : error;
  }
}

/** Does one write once for a caller's key. Fails as the same write does without a key. */
export async function writeOnce(
  table: Table,
  write: Write,
  key: string,
  call: Call,
): Promise<undefined> {
  try {
    await send(table, [write], tokenOf(call, `table ${table.name}`, key), call);
  } catch (error) {
    const [first] = failuresOf(error, [write], call) ?? [];
    if (first && write.isDone?.(first.stored)) return;
    throw first?.failure ?? repeatable(error);
  }
}

/** With a caller's own key, an open outcome is found out by the same call. */
export function repeatable(error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.code !== 'OutcomeUnknown') return error;
  const sentence = `${error.message} The same call with the same idempotency_key finds out.`;
  return new ServiceError(error.code, sentence, { cause: error.cause, retryable: true });
}

async function send(
  table: Table,
  writes: readonly Write[],
  token: string,
  call: Call,
): Promise<void> {
  const input: TransactWriteCommandInput = {
    TransactItems: writes.map(({ operation }) => operation),
    ClientRequestToken: token,
    ReturnConsumedCapacity: 'TOTAL',
  };
  // Under one token only the same bytes are the same request: none is mended after a refusal.
  const command = new TransactWriteCommand(replaceReservedWords(input) ?? input);
  await table.send(command, call, TOKENED_WRITE);
}
