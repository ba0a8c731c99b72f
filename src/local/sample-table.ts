import type { Logger } from 'pino';
import { withCall } from '../dynamodb/calls/call.ts';
import { createGateway, type GatewaySettings } from '../dynamodb/gateway.ts';
import { createTable } from '../dynamodb/tables/create-table.ts';
import {
  TABLE_DEFINITION,
  type TableDefinition,
  VECTOR_INDEX,
} from '../dynamodb/tables/table-definition.ts';
import type { Engine } from './engine.ts';
import { SAMPLE_ITEMS } from './sample-items.ts';

const SEED_DEADLINE_MS = 30_000;

/** The table of the single-table design, with a vector index where the engine has vector search. */
function sampleTable({ lacks }: Pick<Engine, 'lacks'>): TableDefinition {
  if (lacks.includes('vector search')) return TABLE_DEFINITION;
  return { ...TABLE_DEFINITION, VectorIndexes: [VECTOR_INDEX] };
}

/** Creates the tables that are not there: the default one with the sample items in it. */
export async function prepareTable(
  settings: GatewaySettings,
  engine: Pick<Engine, 'lacks'>,
  log: Logger,
): Promise<void> {
  const definition = sampleTable(engine);
  for (const name of settings.furtherTables) await createTable(settings, name, { definition });
  const created = await createTable(settings, settings.tableName, { definition });
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
