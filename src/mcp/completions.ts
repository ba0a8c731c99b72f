import {
  type CompleteRequestParams,
  type CompleteResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { findPrompt, INDEX_ARGUMENT, invalidParams } from './prompts.ts';
import { TABLE_VARIABLE, TEMPLATES } from './resources.ts';
import type { TableReader } from './table-reader.ts';

const MOST = 100;

/**
 * Completes names of indexes in prompts, and of tables in resources. Throws a protocol error
 * for a prompt, an argument or a resource template that there is not.
 */
export async function complete(
  { ref, argument }: CompleteRequestParams,
  table: TableReader,
  tables: readonly string[],
): Promise<CompleteResult> {
  if (ref.type !== 'ref/prompt') {
    const isKnown =
      tables.length > 0 && TEMPLATES.some(({ uriTemplate }) => uriTemplate === ref.uri);
    if (!isKnown || argument.name !== TABLE_VARIABLE) throw new ResourceNotFoundError(ref.uri);
    return result(tables.filter((name) => name.startsWith(argument.value)));
  }
  const names = (findPrompt(ref.name).arguments ?? []).map(({ name }) => name);
  if (!names.includes(argument.name)) {
    throw invalidParams(`${ref.name} has no such argument; it has ${names.join(', ')}.`);
  }
  if (argument.name !== INDEX_ARGUMENT) return result([]);
  const { indexes } = await table();
  const indexNames = indexes.map(({ index_name }) => index_name);
  return result(indexNames.filter((name) => name.startsWith(argument.value)));
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
