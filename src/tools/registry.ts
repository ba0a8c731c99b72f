import { batchGetItem } from './batch-get-item.ts';
import { batchWriteItem } from './batch-write-item.ts';
import { deleteItem } from './delete-item.ts';
import { describeTable } from './describe-table.ts';
import { getItem } from './get-item.ts';
import { putItem } from './put-item.ts';
import { query } from './query.ts';
import { scan } from './scan.ts';
import type { AnyTool } from './tool.ts';
import { updateItem } from './update-item.ts';

/** All tools, in the order in which they are listed. Every transport is a loop over this. */
export const TOOLS: readonly AnyTool[] = [
  putItem,
  getItem,
  updateItem,
  deleteItem,
  query,
  scan,
  batchGetItem,
  batchWriteItem,
  describeTable,
];
