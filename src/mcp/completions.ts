import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/server';
import type { TableReader } from './table-reader.ts';

const MOST = 100;

/** Completes names of indexes in prompts; there is nothing else to complete. */
export async function complete(
  { ref, argument }: CompleteRequestParams,
  table: TableReader,
): Promise<CompleteResult> {
  if (ref.type !== 'ref/prompt' || argument.name !== 'index_name') return result([]);
  const { indexes } = await table.describe();
  const names = indexes.map(({ index_name }) => index_name);
  return result(names.filter((name) => name.startsWith(argument.value)));
}

function result(values: string[]): CompleteResult {
  return {
    completion: {
      values: values.slice(0, MOST),
      total: values.length,
      hasMore: values.length > MOST,
    },
  };
}
