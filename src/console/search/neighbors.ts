import type { JsonObject } from '../../json/parse.ts';
import { read } from '../service.ts';
import { noteSizes, type Table } from '../table.ts';
import { type Item, itemFromReply } from '../values/attribute-value.ts';

/** An item, and how far it is from what was searched for. */
export interface Found {
  item: Item;
  score: number;
}

const MOST_FOUND = 20;

/** The items that are nearest; throws ServiceFailure. */
export async function neighborsOf(
  table: Table,
  asked: JsonObject,
  signal: AbortSignal,
): Promise<Found[]> {
  const input = { table: table.table, top_k: MOST_FOUND, whole_items: true, ...asked };
  const reply = await read({ tool: 'search_vectors', input }, signal);
  const found = (reply.results as { item: JsonObject; score: number }[]).map(({ item, score }) => ({
    item: itemFromReply(item),
    score: Number(score),
  }));
  noteSizes(
    table,
    found.map(({ item }) => item),
  );
  return found;
}
