import type { z } from 'zod';
import { describeTable } from '../tools/describe-table.ts';
import type { Caller, Invoke } from '../tools/invoke.ts';
import { onTables } from '../tools/tables.ts';

const DESCRIBE_TABLE = onTables(describeTable);

/** The table as describe_table shows it. */
export type TableView = z.output<typeof describeTable.output>;

/** What resources, prompts and completions read, through the same door as every tool call. */
export type TableReader = (input?: { entities?: boolean; table?: string }) => Promise<TableView>;

export function createTableReader(invoke: Invoke, caller: () => Caller): TableReader {
  return async (input = {}) =>
    describeTable.output.parse(await invoke(DESCRIBE_TABLE, input, caller()));
}
