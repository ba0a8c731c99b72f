import type { Logger } from 'pino';
import { withCall } from '../dynamodb/calls/call.ts';
import { createGateway, type GatewaySettings } from '../dynamodb/gateway.ts';
import { createTable } from '../dynamodb/tables/create-table.ts';
import { SAMPLE_ITEMS } from './sample-items.ts';

const SEED_DEADLINE_MS = 30_000;

/** Creates the tables that are not there: the default one with the sample items in it. */
export async function prepareTable(settings: GatewaySettings, log: Logger): Promise<void> {
  for (const name of settings.furtherTables) await createTable(settings, name);
  const created = await createTable(settings, settings.tableName);
  if (!created) return;
  const gateway = createGateway(settings);
  try {
    await withCall(
      { requestId: 'seed', caller: 'seed', deadlineMs: SEED_DEADLINE_MS, log },
      (call) => gateway.batchWriteItem({ put: [...SAMPLE_ITEMS], remove: [] }, call),
    );
  } finally {
    gateway.close();
  }
}
