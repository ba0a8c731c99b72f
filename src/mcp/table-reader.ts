import type { z } from 'zod';
import type { JsonObject } from '../json/parse.ts';
import { describeTable } from '../tools/describe-table.ts';
import type { Caller, Invoke } from '../tools/invoke.ts';
import { scan } from '../tools/scan.ts';

/** The table as describe_table shows it. */
export type TableView = z.output<typeof describeTable.output>;

/** What resources, prompts and completions read, through the same door as every tool call. */
export interface TableReader {
  describe(): Promise<TableView>;
  /** Some items, as a scan finds them. */
  sample(): Promise<JsonObject[]>;
}

const SAMPLE_SIZE = 100;

export function createTableReader(invoke: Invoke, caller: () => Caller): TableReader {
  return {
    describe: async () => describeTable.output.parse(await invoke(describeTable, {}, caller())),
    sample: async () => {
      const page = scan.output.parse(await invoke(scan, { limit: SAMPLE_SIZE }, caller()));
      return page.items ?? [];
    },
  };
}
