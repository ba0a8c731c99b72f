import { isJsonObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { ask, failureIn, ServiceFailure } from '../service.ts';
import { openFile } from './destination.ts';

/** How far an export is. */
export interface Exported {
  items: number;
  isComplete: boolean;
}

/** Exports a table into a file that somebody chooses; throws ServiceFailure where it breaks. */
export async function exportTable(
  table: string,
  told: (exported: Exported) => void,
  signal: AbortSignal,
): Promise<void> {
  const destination = await openFile(`${table}.jsonl`);
  if (!destination) return;
  let items = 0;
  try {
    const asked = new URLSearchParams({ table, format: 'jsonl' });
    const reply = await ask(`/bulk/export?${asked}`, { signal });
    for await (const line of linesOf(reply)) {
      if (line === '') continue;
      await destination.write(`${line}\n`);
      const { page, end, error } = controlLine(line);
      if (isJsonObject(error)) throw failureIn(error);
      if (isJsonObject(page)) items += Number(page.items ?? 0);
      if (isJsonObject(page) || end) told({ items, isComplete: end !== undefined });
      if (end) return;
    }
    throw new ServiceFailure(
      'Incomplete',
      'The connection ended before the export did: the file has only a part of the table.',
    );
  } finally {
    await destination.close();
  }
}

/** What a line says that is no item. */
function controlLine(line: string): JsonObject {
  return line.startsWith('{"item"') ? {} : (parseJson(line) as JsonObject);
}
