import type { LocalOptions } from '../backend.ts';
import { type Option, type OptionValues, UsageError } from './command.ts';

const DEFAULT_DATA_DIR = '.local/dynamodb';

/** The options of commands that serve, from Amazon DynamoDB or the embedded database. */
export const LOCAL_OPTIONS = {
  local: {
    type: 'boolean',
    summary: 'use the embedded database instead of Amazon DynamoDB',
  },
  'data-dir': {
    type: 'string',
    value: 'DIR',
    summary: `where the embedded database keeps its data (${DEFAULT_DATA_DIR})`,
  },
  'in-memory': {
    type: 'boolean',
    summary: "keep the embedded database's data in memory only",
  },
  reset: {
    type: 'boolean',
    summary: "delete the embedded database's data first, and start with the sample",
  },
} as const satisfies Record<string, Option>;

/** The embedded database as the options ask for it; undefined where they do not. */
export function localOptions(values: OptionValues): LocalOptions | undefined {
  const { local, 'data-dir': dataDir, 'in-memory': inMemory, reset = false } = values;
  if (!local) {
    if (dataDir === undefined && !inMemory && !reset) return undefined;
    throw new UsageError('--data-dir, --in-memory and --reset go with --local.');
  }
  return {
    dataDir: inMemory ? undefined : String(dataDir ?? DEFAULT_DATA_DIR),
    reset: Boolean(reset),
  };
}
