import { batchGetItem } from './batch-get-item.ts';
import { batchWriteItem } from './batch-write-item.ts';
import { deleteItem } from './delete-item.ts';
import { describeTable } from './describe-table.ts';
import { withDryRun } from './dry-run.ts';
import { getItem } from './get-item.ts';
import { listTables } from './list-tables.ts';
import { putItem } from './put-item.ts';
import { query } from './query.ts';
import { scan } from './scan.ts';
import { searchVectors } from './search-vectors.ts';
import { onTables } from './tables.ts';
import type { AnyTool } from './tool.ts';
import { transactGetItems } from './transact-get-items.ts';
import { transactWriteItems } from './transact-write-items.ts';
import { updateItem } from './update-item.ts';

/** The tools that read or write items: each can be asked what it would send. */
const OF_ITEMS = [
  putItem,
  getItem,
  updateItem,
  deleteItem,
  query,
  scan,
  batchGetItem,
  batchWriteItem,
  transactWriteItems,
  transactGetItems,
  searchVectors,
];

/** All tools, in the order in which they are listed. Every transport is a loop over this. */
export const TOOLS: readonly AnyTool[] = [
  ...OF_ITEMS.map((tool) => withDryRun(onTables(tool))),
  onTables(describeTable),
];

/** The tools of a service with these tables. */
export function toolsFor(tables: readonly string[]): readonly AnyTool[] {
  return tables.length > 1 ? [...TOOLS, listTables] : TOOLS;
}
